// Handlers as an application would have them, for Node. The AWS SDK finds the emulator by itself.

import {
  AdminAddUserToGroupCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';

const idp = new CognitoIdentityProviderClient({});

export async function joinGroup(event) {
  await idp.send(
    new AdminAddUserToGroupCommand({
      UserPoolId: event.userPoolId,
      Username: event.userName,
      GroupName: 'node-members',
    }),
  );
  return event;
}

export async function noDisposableMail(event) {
  if (event.request.userAttributes.email.endsWith('@disposable.example')) {
    throw new Error('No disposable addresses');
  }
  return event;
}
