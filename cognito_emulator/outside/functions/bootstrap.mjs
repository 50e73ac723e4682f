// The smallest runtime for Node handlers: speaks the Lambda Runtime API, as AWS's compiled client does.
// Run as: node bootstrap.mjs <file> <export>. Ends when the other side of the API is gone.

import http from 'node:http';
import { parse } from 'node:path';
import { pathToFileURL } from 'node:url';

const [file, name] = process.argv.slice(2);
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const request = http.request(
      { hostname, port, method, path: `/2018-06-01/runtime/${path}`, headers, agent },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function described(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

function report(error) {
  console.error(error);
  return JSON.stringify(described(error));
}

async function load() {
  const module = await import(pathToFileURL(file).href);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function') {
    const error = new Error(`${parse(file).name}.${name} is undefined or not exported`);
    error.name = 'Runtime.HandlerNotFound';
    throw error;
  }
  return handler;
}

function contextOf(headers, settle) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    succeed: (result) => settle(null, result),
    fail: (error) => settle(error),
    done: (error, result) => settle(error, result),
  };
}

function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
    const returned = handler(event, contextOf(headers, settle), settle);
    if (typeof returned?.then === 'function') {
      returned.then(resolve, reject);
    }
  });
}

function stop() {
  process.exit(1);
}

async function main() {
  let handler;
  try {
    handler = await load();
  } catch (error) {
    await call('POST', 'init/error', report(error)).catch(stop);
    stop();
  }
  for (;;) {
    const next = await call('GET', 'invocation/next').catch(stop);
    const id = next.headers['lambda-runtime-aws-request-id'];
    try {
      const result = await run(handler, JSON.parse(next.body), next.headers);
      await call('POST', `invocation/${id}/response`, JSON.stringify(result) ?? 'null').catch(stop);
    } catch (error) {
      await call('POST', `invocation/${id}/error`, report(error)).catch(stop);
    }
  }
}

await main();
