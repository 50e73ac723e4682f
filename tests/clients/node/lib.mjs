// What the client scripts share: their configuration, their result, codes from messages, TOTP codes.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';

/** The JSON object that the Python side passes as the only argument. */
export const config = JSON.parse(process.argv[2] ?? '{}');

/**
 * Run the flow that `config.flow` names and print its result as one line of JSON.
 * Any error ends the process with status 1.
 */
export async function run(flows) {
  const flow = flows[config.flow];
  try {
    assert.ok(flow, `unknown flow ${config.flow}: expected one of ${Object.keys(flows).join(', ')}`);
    const result = await flow();
    process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
  } catch (error) {
    process.stderr.write(`${inspect(error, { depth: 4 })}\n`, () => process.exit(1));
  }
}

/** Name (or class, where no name is set) and message of the error that the promise must be rejected with. */
export async function errorOf(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return { name: error.name === 'Error' ? error.constructor.name : error.name, message: error.message };
  }
  throw new Error(`expected an error, but the call succeeded: ${inspect(value)}`);
}

/** The code of the newest message for the user with this purpose, read from the emulator's control API. */
export async function readCode(username, purpose) {
  const query = new URLSearchParams({ userPoolId: config.userPoolId, username, wait: '5' });
  const deadline = Date.now() + 5000;
  for (;;) {
    const response = await fetch(`${config.endpoint}/_emulator/messages?${query}`);
    assert.equal(response.status, 200);
    const { messages } = await response.json();
    const message = messages.filter((candidate) => candidate.purpose === purpose).at(-1);
    if (message) return message.code;
    if (Date.now() > deadline) throw new Error(`no ${purpose} message for ${username}: ${JSON.stringify(messages)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One unsigned call of the user pools API, without any client library between. */
export async function call(operation, parameters) {
  const response = await fetch(config.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(parameters),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

/** The claims of a JWT, not verified. */
export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
}

/** The TOTP code (RFC 6238: SHA-1, 30 seconds, 6 digits) of the current time step, or of one near it. */
export function totp(secret, stepOffset = 0) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => Number.parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + stepOffset));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 0x0f) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Six digits that are not the TOTP code of the current time step. */
export function wrongTotp(secret) {
  return String((Number(totp(secret)) + 1) % 1_000_000).padStart(6, '0');
}

/** A person's browser: it keeps the cookies of each host, and knows the sign-in page. */
export class UserAgent {
  #jars = new Map();

  /** One request, whose redirect is not followed. `answers` stands in for `fetch` where an app has no address. */
  async visit(url, init = {}, answers = fetch) {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map();
    this.#jars.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie && { cookie }) };
    const answer = await answers(new Request(url, { ...init, redirect: 'manual', headers }));
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      if (/max-age=0\b|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  /** Where a request leads to. */
  async next(url, init, answers) {
    const answer = await this.visit(url, init, answers);
    const location = answer.headers.get('location');
    assert.ok(location, `${url} leads nowhere: ${answer.status} ${await answer.clone().text()}`);
    return new URL(location, url);
  }

  /** From an authorization request through the classic sign-in page; the URL of the app that it ends at. */
  async signIn(url, { username, password }) {
    const login = await this.next(url);
    const html = await (await this.visit(login)).text();
    const form = new URLSearchParams({
      _csrf: /name="_csrf" value="([^"]+)"/.exec(html)[1],
      cognitoAsfData: '',
      username,
      password,
    });
    const action = /action="(\/login[^"]*)"/.exec(html)[1].replaceAll('&amp;', '&');
    return this.next(new URL(action, login), { method: 'POST', body: form });
  }
}
