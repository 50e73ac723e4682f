// amazon-cognito-js: two devices of one identity keep a dataset the same, through a conflict and a deletion.

import { createRequire } from 'node:module';

import { config, run } from './lib.mjs';

process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const require = createRequire(import.meta.url);
const AWS = require('aws-sdk');
require('amazon-cognito-js');

const { endpoint, region, identityPoolId } = config;
AWS.config.update({ region, maxRetries: 0, cognitoidentity: { endpoint }, cognitosync: { endpoint } });
AWS.config.credentials = new AWS.CognitoIdentityCredentials({ IdentityPoolId: identityPoolId });

/** One call that answers in a callback. */
const ask = (subject, method, ...values) =>
  new Promise((resolve, reject) => {
    subject[method](...values, (error, value) => (error ? reject(error) : resolve(value)));
  });

/** A device: a manager with a local store of its own, and its copy of the dataset. */
async function device() {
  const manager = new AWS.CognitoSyncManager({ DataStore: AWS.CognitoSyncManager.StoreInMemory });
  return ask(manager, 'openOrCreateDataset', 'prefs');
}

/** Synchronize; conflicts are settled for the remote value. The answer tells what happened on the way. */
function synchronize(dataset) {
  const seen = { conflicts: [], deleted: [] };
  return new Promise((resolve, reject) => {
    dataset.synchronize({
      onSuccess: () => resolve(seen),
      onFailure: (error) => (seen.deleted.length ? resolve({ ...seen, failure: error.message }) : reject(error)),
      onConflict: (_, conflicts, proceed) => {
        for (const conflict of conflicts) {
          seen.conflicts.push({
            key: conflict.getKey(),
            local: conflict.getLocalRecord().getValue(),
            remote: conflict.getRemoteRecord().getValue(),
          });
        }
        const settled = conflicts.map((conflict) => conflict.resolveWithRemoteRecord());
        ask(dataset, 'resolve', settled).then(() => proceed(true), reject);
      },
      onDatasetDeleted: (_, name, proceed) => {
        seen.deleted.push(name);
        // Version 1.1.0 of the client throws a TypeError of its own when it is told to go on.
        proceed(false);
      },
    });
  });
}

await run({
  async twoDevices() {
    await ask(AWS.config.credentials, 'get');
    const [phone, tablet] = [await device(), await device()];
    await ask(phone, 'put', 'color', 'blue');
    await ask(phone, 'put', 'size', 'big');
    const first = await synchronize(phone);
    const second = await synchronize(tablet);
    const learned = await ask(tablet, 'getAll');

    await ask(phone, 'put', 'color', 'red');
    await synchronize(phone);
    await ask(tablet, 'put', 'color', 'green');
    const conflict = await synchronize(tablet);
    const settled = await ask(tablet, 'get', 'color');

    await ask(tablet, 'remove', 'size');
    await synchronize(tablet);
    await synchronize(phone);
    const removed = await ask(phone, 'get', 'size');

    const manager = new AWS.CognitoSyncManager({ DataStore: AWS.CognitoSyncManager.StoreInMemory });
    const sync = new AWS.CognitoSync();
    const place = { IdentityPoolId: identityPoolId, IdentityId: manager.getIdentityId(), DatasetName: 'prefs' };
    await sync.deleteDataset(place).promise();
    const deletion = await synchronize(phone);
    return { first, second, learned, conflict, settled, removed: removed ?? null, deletion };
  },
});
