BEGIN TRANSACTION;
CREATE TABLE aliases (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	user_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "aliases" VALUES('us-east-1_1IwblHUJfemailalice@example.com','{"pool_id":"us-east-1_1IwblHUJf","attribute":"email","value":"alice@example.com","user_key":"alice"}','us-east-1_1IwblHUJfalice');
CREATE TABLE allowances (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE attempts (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE auth_events (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	order_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE authorization_codes (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	user_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE brandings (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	client_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE browser_sessions (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	user_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE clients (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	pool_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "clients" VALUES('34l7b9kg55qrlsv1mlstnkj4bq','{"id":"34l7b9kg55qrlsv1mlstnkj4bq","pool_id":"us-east-1_1IwblHUJf","name":"client","created":1767225600.123,"modified":1767225600.123,"settings":{"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","ALLOW_USER_PASSWORD_AUTH","ALLOW_ADMIN_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH","ALLOW_CUSTOM_AUTH"],"RefreshTokenValidity":30,"TokenValidityUnits":{},"AllowedOAuthFlowsUserPoolClient":false,"EnableTokenRevocation":true,"EnablePropagateAdditionalUserContextData":false,"AuthSessionValidity":3},"secrets":[],"kind":"REGULAR"}','us-east-1_1IwblHUJf000176722560012334l7b9kg55qrlsv1mlstnkj4bq');
CREATE TABLE codes (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "codes" VALUES('us-east-1_1IwblHUJfbobSignUp','{"pool_id":"us-east-1_1IwblHUJf","user_key":"bob","purpose":"SignUp","value":"136429","expires":1767312000.123,"attribute":"email"}');
CREATE TABLE devices (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	created_entry TEXT COLLATE "BINARY", 
	remembered_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE domains (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	pool_entry TEXT COLLATE "BINARY", 
	custom_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE federated_identities (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	user_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE federation_states (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	pool_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE groups (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	folded_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "groups" VALUES('us-east-1_1IwblHUJfadmins','{"pool_id":"us-east-1_1IwblHUJf","name":"admins","created":1767225600.123,"modified":1767225600.123,"description":null,"role_arn":null,"precedence":3}','us-east-1_1IwblHUJfadmins');
CREATE TABLE identities (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	pool_entry TEXT COLLATE "BINARY", 
	enabled_entry TEXT COLLATE "BINARY", 
	parent_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "identities" VALUES('us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f','{"id":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","pool_id":"us-east-1:71d400e8-2207-46bf-add8-0840c6b05128","created":1767225600.123,"modified":1767225600.123,"merged_into":null,"unlinked":false}','us-east-1:71d400e8-2207-46bf-add8-0840c6b051280001767225600123us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f','us-east-1:71d400e8-2207-46bf-add8-0840c6b051280001767225600123us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f',NULL);
CREATE TABLE identity_pools (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	owner_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "identity_pools" VALUES('us-east-1:71d400e8-2207-46bf-add8-0840c6b05128','{"id":"us-east-1:71d400e8-2207-46bf-add8-0840c6b05128","region":"us-east-1","account":"123456789012","name":"pool","created":1767225600.123,"settings":{"AllowUnauthenticatedIdentities":true},"tags":{},"roles":{"authenticated":"arn:aws:iam::123456789012:role/Authenticated","unauthenticated":"arn:aws:iam::123456789012:role/Guest"},"role_mappings":{},"principal_tags":{}}','123456789012us-east-10001767225600123us-east-1:71d400e8-2207-46bf-add8-0840c6b05128');
CREATE TABLE identity_provider_identifiers (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	provider_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE identity_providers (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE identity_service_keys (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE import_files (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE import_jobs (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	created_entry TEXT COLLATE "BINARY", 
	active_entry TEXT COLLATE "BINARY", 
	"active in pool_entry" TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE log_deliveries (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE logins (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	identity_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE memberships (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	user_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "memberships" VALUES('us-east-1_1IwblHUJfadminsalice','{"pool_id":"us-east-1_1IwblHUJf","group":"admins","user_key":"alice","created":1767225600.123}','us-east-1_1IwblHUJfaliceadmins');
CREATE TABLE messages (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	destination_entry TEXT COLLATE "BINARY", 
	user_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "messages" VALUES('17953021389851877fc58eb3-bbdf-4ec9-b337-c4b7f873d208','{"id":"7fc58eb3-bbdf-4ec9-b337-c4b7f873d208","number":1795302138985187,"medium":"EMAIL","destination":"bob@example.com","subject":"Your verification code","body":"Your verification code is 136429. ","code":"136429","purpose":"CustomMessage_SignUp","user_pool_id":"us-east-1_1IwblHUJf","username":"bob","created":1767225600.123}','bob@example.com1795302138985187','us-east-1_1IwblHUJfbob1795302138985187');
CREATE TABLE page_states (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	pool_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE passkey_registrations (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE passkeys (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	created_entry TEXT COLLATE "BINARY", 
	credential_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE pools (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	owner_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "pools" VALUES('us-east-1_1IwblHUJf','{"id":"us-east-1_1IwblHUJf","region":"us-east-1","account":"123456789012","name":"pool","created":1767225600.123,"modified":1767225600.123,"settings":{"AutoVerifiedAttributes":["email"],"AliasAttributes":["email"],"Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"TemporaryPasswordValidityDays":7},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":false,"UnusedAccountValidityDays":7},"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"},{"Priority":2,"Name":"verified_phone_number"}]},"DeletionProtection":"INACTIVE","EmailConfiguration":{"EmailSendingAccount":"COGNITO_DEFAULT"},"LambdaConfig":{},"MfaConfiguration":"OPTIONAL","UserPoolTier":"ESSENTIALS","VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_CODE"}},"schema":{"sub":{"Name":"sub","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":true,"StringAttributeConstraints":{"MinLength":"1","MaxLength":"2048"}},"name":{"Name":"name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"given_name":{"Name":"given_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"family_name":{"Name":"family_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"middle_name":{"Name":"middle_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"nickname":{"Name":"nickname","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"preferred_username":{"Name":"preferred_username","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"profile":{"Name":"profile","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"picture":{"Name":"picture","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"website":{"Name":"website","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"email":{"Name":"email","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"email_verified":{"Name":"email_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},"gender":{"Name":"gender","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"birthdate":{"Name":"birthdate","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"10","MaxLength":"10"}},"zoneinfo":{"Name":"zoneinfo","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"locale":{"Name":"locale","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"phone_number":{"Name":"phone_number","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"phone_number_verified":{"Name":"phone_number_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},"address":{"Name":"address","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},"updated_at":{"Name":"updated_at","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"NumberAttributeConstraints":{"MinValue":"0"}},"identities":{"Name":"identities","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{}}},"secret":"853a2bcb394c2b258ab2b43913876b1d7bdc6e693b5d71ea9cdfc8ac7ef0ea76","tags":{},"mfa":{"sms":false,"software_token":true,"email":null,"web_authn":null}}','123456789012us-east-10001767225600123us-east-1_1IwblHUJf');
CREATE TABLE provisioned_limits (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE refresh_tokens (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	family_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "refresh_tokens" VALUES('71136aebbafb5a9cece2c8892d57ab0d92ea252bb55da12b29d02e674c4ffdb9','{"id":"71136aebbafb5a9cece2c8892d57ab0d92ea252bb55da12b29d02e674c4ffdb9","pool_id":"us-east-1_1IwblHUJf","origin_jti":"8e7de506-9050-44a4-8f34-5fb12c26317f","expires":1769817600.123,"replaced_at":null}','us-east-1_1IwblHUJf8e7de506-9050-44a4-8f34-5fb12c26317f','0001769817600123');
CREATE TABLE removals (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE replicas (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE resource_servers (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE risk_configurations (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE risk_overrides (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE role_sessions (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "role_sessions" VALUES('ASIAXOHLTJLYXINZO3NA','{"access_key":"ASIAXOHLTJLYXINZO3NA","secret_key":"muJh747ai1BTFPClKgD63Iqfo0VRRMhLe7BlLdjD","token":"IQoJb3JpZ2luX2Vjj6+Y2HSCCoK/gv118EZ9BUGj4FBFP/LdBizmSMY4Ckjwa1GqhHfQ8WCRCEw46jjL/ASy9LI+Dt5u1PL9HBWU1w/PXv5zDDJSDYvIVLVGxMowQXyLrbjiDqryfmWEENnKgbofGHVEA7H8umCpV1KbTdgIfkTsNy0zPM0iU+NwXizPPp8eQJkjIbSyD/Xl+eTyfxpJAljW1uEZOHeh/0drD4tUs8oWbLz0QKXFZBNhcz5Pi6MC4aMHwKICBlUg7wHs8WKEU5lhkS4oSYQlMwcS1rXT4NrBNozHhRiZI67rVoSoUNXdzDLnWnUZQ1pHhOl++BKnoIU3l5m3bRkvbtoRi6EIMZcToq42z635nxWHDrTYF+V1sNSg8gWYjM9TDJKWPd2ruszJ++UMJR6BVBctXF+hGruO1OhD6DxJ2ljPq0nvqs+PL0VCBc5fqJEQDkHHNiDd0zx5vde+892ugZNaHapWu3PLmJ/4","account":"123456789012","role_arn":"arn:aws:iam::123456789012:role/Guest","role_id":"AROAZKNP4UIKCW2MSP63L","name":"CognitoIdentityCredentials","expires":1767229200.123,"context":{"aws:userid":"AROAZKNP4UIKCW2MSP63L:CognitoIdentityCredentials","aws:PrincipalArn":"arn:aws:iam::123456789012:role/Guest","aws:PrincipalAccount":"123456789012","aws:PrincipalType":"AssumedRole","cognito-identity.amazonaws.com:aud":"us-east-1:71d400e8-2207-46bf-add8-0840c6b05128","cognito-identity.amazonaws.com:sub":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","cognito-identity.amazonaws.com:amr":["unauthenticated"]},"policies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["appsync:*","codewhisperer:*","cloudwatch:*","cognito-identity:*","cognito-idp:*","cognito-sync:*","comprehend:*","dynamodb:*","execute-api:*","firehose:*","gamelift:*","iot:*","kinesis:*","lambda:*","lex:*","logs:*","machinelearning:*","mobileanalytics:*","mobiletargeting:*","personalize:*","polly:*","rekognition:*","s3:*","sdb:*","ses:*","sns:*","sqs:*","sumerian:*","transcribe:*","translate:*","sagemaker:InvokeEndpoint","textract:AnalyzeDocument","textract:DetectDocumentText"],"Resource":"*"}]}],"policy_arns":["arn:aws:iam::aws:policy/AmazonCognitoUnAuthedIdentitiesSessionPolicy"],"identity_id":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","role_is_known":false}','0001767229200123');
CREATE TABLE saml_signing_keys (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE session_configurations (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE sessions (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	pool_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE settings (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "settings" VALUES('sync session secret','{"name":"sync session secret","value":"10abdd730e60c18de01885db0f749a72c9bc2d9bd8ff623dd48b02a058597cdc"}');
CREATE TABLE signing_keys (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "signing_keys" VALUES('us-east-1_1IwblHUJf','{"pool_id":"us-east-1_1IwblHUJf","id_key":"-----BEGIN RSA PRIVATE KEY-----\nMIIEogIBAAKCAQEAvGVQv4sbUGu01t1b3rOX7IIkeMD9E5aatki18ULF5oyW94Lb\nO7Z5DFGyouHLE3+hFpJJ9pBEpwZqanUvjfbs0MqoEZNC92g3NBBXm+ZPEkiHjwiw\nvJg+kkRyLVJvYlA+zukhBUqqDvGoBGgkHpConhX+y6HBcP2j3BfMasJSYO+BkCE5\nzLgrd9xxUFZswTvaTRm/x3glbPvXTdYtAW25+FkCcA05rriV3KLi9L2Q4KZFwnq8\nwTB+lc0gn35EXxHXJnRG7HVPOxtwnD+anV4wc3I0cZYPhRX7THkEjy3MlB1NXV8Z\ndAWCgEejC+9TxFv5Gon1cip9aWmzgPYkouyxeQIDAQABAoIBAB8CA0sDd6Ns7Cl7\n6uW6Dtn73Eo5DsPCmK7tQ2+fheMZu19RnQk0UggXtPHffVqK5ICf41HpvOL2Hghs\n8T7J0tXVWoRKBfj39jNjh90+XZVXdWMIEyQiCr/C9D1GwX50/AwiOC/JcjleHOwH\nbVUlNMY66I0A5U3WRroFphI27vLKhWRXmDUSUrKSKmC4itSbkFyL7teYYOxzgbgd\nJoqixcfmgMPgc2mVusEGlsQZUiXpF3RnEijiuhVbGgEvir0Sm8ADuI0K6LxBHpkf\nTUOti6ZLe48aumBPeVrtkmwtOeKsj7KIgYPFHafKxu3TkKRqMGY9k8VGZprLSEJ3\npHKwymECgYEA+FnbtgV7EGiHVkxkKZCEs8dsrZO5mWaZ+uYIIKDfnLNCk+hYoir9\nS6Wpsk7M6T/mGiPishyJaCDzMRhxigLGKhsAyNEe5+Ezaalqa2YMjdZ+VEmpxo8V\nDSwvRoaOWb7GW/eL8oXVnVk+DqT3A9/tjQxhuBgUemw3wVXb6RsSQI8CgYEAwjK8\nUzBdAiKFFkN7Qo/P55x8AXlAyAiunATZaKf54kkJULpu/e33DrC1KQ2aj7kqjojr\nzkR3K+i8NJl+PJ/S1vFDMMAvF2AAU0izfX71H8TYPPAkxBxP7/e+84iprxX+WMTA\ngzq8G4bokt52OnAq18LkeUf/U2ZVwf8ObGWd4XcCgYAw0eE559voPtQT59JsxUcA\n3DwF5xs+B4hPZPbGCznJ4Qc+chcyUccXHsq8DXeEhpYiH1nJ74gnWwrTZN205pSz\n5DkEQO+VX5Suuan80MO5Aig1Q4HHUYsu2re0YnELPVBa9c+h7iMu2kMzt8QDE/rr\nljqDaOBlrG5NaCZhrXuqCwKBgF19zXqDOxOvCMFqJWorEB1iEbUn6c8jluRX1U70\nJ3IQVWK/DnZDXQB+hAjKmtF8hIdwVY3NGk5SUmFEUCjhjMCcEAvlSgaH2kA+LONK\n/rmXq77SofCj7LwLWqul7IL1JKkZt9C1sx/ReCBU5zhFDesn0ZSt27cL+ldV8lyv\nIy4LAoGAGjpaaQxcvqeRdWiLxknRbaBh2Fxh1W8GMQSNQnWas1yhpNQK29/vLi4y\nnoPhdIXfqLgBgem9pGfkOVxAh+wqKHL9W435QkQl0/YnaH6JHoCxfAbZ6skGbwur\nBxZNUMEuMfHFJXJaRDwYFAboQpoNwZqwABWz5XMGJpBMfqQa2mk=\n-----END RSA PRIVATE KEY-----\n","id_kid":"5VZGUBaFMGRQfP2zbXUtCZKWLuxNOr3UZlPHYdrjTVw=","access_key":"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAsF53WGuBxKR9y54xfaPKKrqdlGvLrPTK+JgYx2rfzn3c8nzc\ninSNjYqXnXRerYfw+DTNPmeCX7D8lD081Tb0DrxMsLY3SM80uupKVnf9YGQM4WE4\ntpcC0CD9lrAR13Gl85jccz3d3/cBTXvkWbaCQpcr8koYEejCY1Etsbc2FHRe4o6n\nKZJ7gohjZERs0f1zzioU6l90e/Z9ox03Tfg5CBqk5L7LQKVKdX3JBXue84YMMyn7\nY53xBiqaK32J0btylojfkfMdXpd4t/eeJ9N2ccxcBlLtRe7zeajBiswPLenRH6B1\nZBrdf1QunLIHzIrBUvisOXVTj4qNSbTJBP6OKwIDAQABAoIBAFNN21slNF8YPt6t\nMr0gXv49tO6E1+gym6g91v5iKaIT6weSGG1BThb7zk8txwZ5/kSOVB9UrszaAQNX\nxWMEGNTY9fRFrOk0Dbj3rvMWq9Qajcbqr+n2e/qoin7hXRwA7xyXKBE6uJDvz2q0\nyQ/i17XyR2yiuKnE4gQdNNMLMX0JDJt/aSxVOLxaWl0hmM89ipgWCYgRghCF1BTK\nFiqo3iEDJcBZkkHBpQ/YVJusRivUVcAv5/NUFQ87s1XMMumtL1hEqSmOyMmhbH5j\nqQzOYVDkZUOXjbz3Ueap7H4OIlqwxv2GWdS0K+gyQK9UwX0z7CI8UW3zReh+dzDa\nm3ibGxECgYEA6fDIQroo3IF2hu6iW4dhbX4omPbVovS6snY5jCB+PanuCWtpH5H3\niwGvNfL+WIq8xrGrzqTN9Znxo9ktvCOEr/+ydczLs5NRAMzPs9bAdxGyoramjIu5\ns1yys7+oyxIdezBEmXVnJg4RJRI84XvS/zTsAfP/qsbB7Gk+PjCXjBkCgYEAwP/u\n5MF3Br06ysYq1qQ2eDYEGcbFqvkSa/k1UcWjIJNuY7Av9l3bKyhfVH4ZuKJ5WmAL\nFD9aldSiVbAXA+iM19TOHV6SjJUyDo83XlEtnBDu+X7OVP8BmMB6eRKxiFzoSGtQ\n6jTEGlD7gqrwVXabnMj0elox9BOy/P6VleBydOMCgYEArmDXtb10BeHOyweIKDfC\nrM40Tsj3OA+6NpqfjM8PqsFG+OiCpJC2d3xa8Rje9Hr9+hGn4lHAYElO8HZLfAjx\nuAseKGbulD3ETJdeX0w9jMO5Z0ZE4VCprIP1hLzhgfVP2mqBR+5WY+xqZTqx/NXC\n0o7NOSt6sP6UwLc2OT8ZR8kCgYAL0J8jSeSrePIcb703np3nBgeCPHTlXpIOIhdt\nhhfSarQbTjHhdyVvou0TExUoBGpBahfDiY1WFspJTJpcFuRoYhKsIZn/GTMTSRku\noPGV2EOI6oZfFa1XWJEm0Eol+uoNZORzMf+/TK3Y9fX4hWZJVtQAmXztYDdY3Yzy\nu+bF2QKBgBImG/PI8GxdjbRVPWh8VBn/wsubAhwv4GCkwnpwkSOZ2inOtfMSswnG\niuHuidjwnwfeLkbDwW9jD2/9uhf5AT4BOJjXy3KVqST92IazTG617RIwW/SGgkRv\nnAXuZRYPZI5SPPzazBJzhsYOn7bhXbIdec/jTfnisgAdZWqjOxuX\n-----END RSA PRIVATE KEY-----\n","access_kid":"6SeEax+DVq5sxuqi31vH4DL88A29vRcXn+z09foFAfc="}');
CREATE TABLE software_tokens (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "software_tokens" VALUES('us-east-1_1IwblHUJfalice','{"pool_id":"us-east-1_1IwblHUJf","user_key":"alice","secret":"SKNUWZUJTGKPVU2YUDQZZI7SL2LHCJJNLQVDCIHK3DVRC72KCXPQ","pending":null,"name":"","used":[58907519]}');
CREATE TABLE spent_assertions (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE store_layout (version INTEGER NOT NULL);
INSERT INTO "store_layout" VALUES(1);
CREATE TABLE store_tables (name TEXT PRIMARY KEY, indexes TEXT NOT NULL);
INSERT INTO "store_tables" VALUES('pools','{"owner": false}');
INSERT INTO "store_tables" VALUES('resource_servers','{}');
INSERT INTO "store_tables" VALUES('clients','{"pool": false}');
INSERT INTO "store_tables" VALUES('provisioned_limits','{}');
INSERT INTO "store_tables" VALUES('users','{"sub": true, "email": false, "phone_number": false, "name": false, "given_name": false, "family_name": false, "preferred_username": false, "cognito:user_status": false, "status": false}');
INSERT INTO "store_tables" VALUES('aliases','{"user": false}');
INSERT INTO "store_tables" VALUES('attempts','{}');
INSERT INTO "store_tables" VALUES('groups','{"folded": true}');
INSERT INTO "store_tables" VALUES('memberships','{"user": false}');
INSERT INTO "store_tables" VALUES('session_configurations','{}');
INSERT INTO "store_tables" VALUES('signing_keys','{}');
INSERT INTO "store_tables" VALUES('token_families','{"user": false, "expires": false}');
INSERT INTO "store_tables" VALUES('refresh_tokens','{"family": false, "expires": false}');
INSERT INTO "store_tables" VALUES('software_tokens','{}');
INSERT INTO "store_tables" VALUES('codes','{}');
INSERT INTO "store_tables" VALUES('messages','{"destination": false, "user": false}');
INSERT INTO "store_tables" VALUES('identity_pools','{"owner": false}');
INSERT INTO "store_tables" VALUES('identities','{"pool": false, "enabled": false, "parent": false}');
INSERT INTO "store_tables" VALUES('logins','{"identity": false}');
INSERT INTO "store_tables" VALUES('role_sessions','{"expires": false}');
INSERT INTO "store_tables" VALUES('domains','{"pool": false, "custom": false}');
INSERT INTO "store_tables" VALUES('sync_datasets','{"existing": false, "pool": false, "merged": false}');
INSERT INTO "store_tables" VALUES('sync_records','{"count": false}');
INSERT INTO "store_tables" VALUES('settings','{}');
INSERT INTO "store_tables" VALUES('sync_sessions','{}');
INSERT INTO "store_tables" VALUES('sync_pools','{}');
INSERT INTO "store_tables" VALUES('sync_subscriptions','{}');
INSERT INTO "store_tables" VALUES('allowances','{}');
INSERT INTO "store_tables" VALUES('auth_events','{"order": false}');
INSERT INTO "store_tables" VALUES('authorization_codes','{"user": false, "expires": false}');
INSERT INTO "store_tables" VALUES('brandings','{"client": true}');
INSERT INTO "store_tables" VALUES('browser_sessions','{"user": false, "expires": false}');
INSERT INTO "store_tables" VALUES('devices','{"created": false, "remembered": false}');
INSERT INTO "store_tables" VALUES('federated_identities','{"user": false}');
INSERT INTO "store_tables" VALUES('federation_states','{"pool": false, "expires": false}');
INSERT INTO "store_tables" VALUES('identity_provider_identifiers','{"provider": false}');
INSERT INTO "store_tables" VALUES('identity_providers','{}');
INSERT INTO "store_tables" VALUES('identity_service_keys','{}');
INSERT INTO "store_tables" VALUES('import_files','{}');
INSERT INTO "store_tables" VALUES('import_jobs','{"created": false, "active": false, "active in pool": false}');
INSERT INTO "store_tables" VALUES('log_deliveries','{}');
INSERT INTO "store_tables" VALUES('page_states','{"pool": false, "expires": false}');
INSERT INTO "store_tables" VALUES('passkey_registrations','{}');
INSERT INTO "store_tables" VALUES('passkeys','{"created": false, "credential": true}');
INSERT INTO "store_tables" VALUES('removals','{}');
INSERT INTO "store_tables" VALUES('replicas','{}');
INSERT INTO "store_tables" VALUES('risk_configurations','{}');
INSERT INTO "store_tables" VALUES('risk_overrides','{}');
INSERT INTO "store_tables" VALUES('saml_signing_keys','{}');
INSERT INTO "store_tables" VALUES('sessions','{"pool": false, "expires": false}');
INSERT INTO "store_tables" VALUES('spent_assertions','{"expires": false}');
INSERT INTO "store_tables" VALUES('sync_devices','{"token": true}');
INSERT INTO "store_tables" VALUES('terms','{"client": true}');
INSERT INTO "store_tables" VALUES('ui_customizations','{}');
INSERT INTO "store_tables" VALUES('user_sessions','{"recent": false, "expires": false}');
CREATE TABLE sync_datasets (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	existing_entry TEXT COLLATE "BINARY", 
	pool_entry TEXT COLLATE "BINARY", 
	merged_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "sync_datasets" VALUES('us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86fprefs','{"identity_id":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","name":"prefs","pool_id":"us-east-1:71d400e8-2207-46bf-add8-0840c6b05128","created":1767225600.123,"modified":1767225600.123,"modified_by":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","sync_count":1,"size":9,"count":1,"exists":true,"deleted_at":0,"merged_from":null}','us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86fprefs','us-east-1:71d400e8-2207-46bf-add8-0840c6b05128us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86fprefs',NULL);
CREATE TABLE sync_devices (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	token_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE sync_pools (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE sync_records (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	count_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "sync_records" VALUES('us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86fprefscolor','{"identity_id":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","dataset":"prefs","key":"color","value":"blue","sync_count":1,"modified":1767225600.123,"modified_by":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","device_modified":1767225600.123,"removed":false}','us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86fprefs0000000000000001color');
CREATE TABLE sync_sessions (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "sync_sessions" VALUES('us-east-1:71d400e8-2207-46bf-add8-0840c6b05128us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f','{"pool_id":"us-east-1:71d400e8-2207-46bf-add8-0840c6b05128","identity_id":"us-east-1:32e886c4-e4e5-44f5-9d42-e8952c13a86f","count":1,"last":1767225600.123}');
CREATE TABLE sync_subscriptions (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE terms (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	client_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE token_families (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	user_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "token_families" VALUES('8e7de506-9050-44a4-8f34-5fb12c26317f','{"origin_jti":"8e7de506-9050-44a4-8f34-5fb12c26317f","pool_id":"us-east-1_1IwblHUJf","client_id":"34l7b9kg55qrlsv1mlstnkj4bq","user_key":"alice","auth_time":1767225600,"expires":1769817600.123,"scope":"aws.cognito.signin.user.admin","generation":0,"event_id":"3a6b1dd3-e021-439c-aa7f-a5bb0836b833","revoked":false,"session_id":"","device_key":"","oauth":null,"assurance":null}','us-east-1_1IwblHUJfalice','0001769817600123');
CREATE TABLE ui_customizations (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE user_sessions (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	recent_entry TEXT COLLATE "BINARY", 
	expires_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
CREATE TABLE users (
	"key" TEXT COLLATE "BINARY" NOT NULL, 
	body TEXT NOT NULL, 
	sub_entry TEXT COLLATE "BINARY", 
	email_entry TEXT COLLATE "BINARY", 
	phone_number_entry TEXT COLLATE "BINARY", 
	name_entry TEXT COLLATE "BINARY", 
	given_name_entry TEXT COLLATE "BINARY", 
	family_name_entry TEXT COLLATE "BINARY", 
	preferred_username_entry TEXT COLLATE "BINARY", 
	"cognito:user_status_entry" TEXT COLLATE "BINARY", 
	status_entry TEXT COLLATE "BINARY", 
	PRIMARY KEY ("key")
);
INSERT INTO "users" VALUES('us-east-1_1IwblHUJfalice','{"pool_id":"us-east-1_1IwblHUJf","key":"alice","username":"alice","sub":"1bc0ad0c-f2d2-49b5-bed0-d39e47d1fb03","status":"CONFIRMED","enabled":true,"created":1767225600.123,"modified":1767225600.123,"attributes":{"sub":"1bc0ad0c-f2d2-49b5-bed0-d39e47d1fb03","email":"alice@example.com","email_verified":"true","given_name":"Älice"},"password":{"hash":"4a35c6336d4c1672cfba9a6c95fb89e57819d18207f3b664678020cbf84fdc17","salt":"2a88edf0957e8094953ebce30079695c","srp_salt":"659abcde9d73fc5834a54b4c430ffe24","verifier":"78ad34e574811da71238b4683e3a166438259fb1a90a7d0cae95a131772a9618c141068c8041999b4660182c335393899cf6be67a6f76ebda2a2897dacfbf5aaedfd8014bc26cd1837258102a1e866dc96a473f6e100a992a6213dbc328dfeeb182c473bf7f6a5779614bb14f36217b988d59f40e941d1b94ca14495d0d9fdaa6a22deeeb0b41fc626f8fbdd7302cbc4171498dc085bc8ad25493db183d7430cd2e1f453440a46df1262a8acf27a4e00e3e0c42419e0b433c869b58adf802466dfbcd58acdc7800be51d5dac8b696519a35e88a0d652e5f2750f14cfd7af47ebf84a0e387d4e4be2d57fb8e0ab144dc4475090e3b44210315fce6f47e6432329c6a07bf4a470a9e43a7ec3be822073ddd007da1b702c9a290a0ba82513432c19b6dd22a86bf548e609a2278c2d25f62129dd6a9d1d68cc8cfdc2ca696b4130815bf62fbdce6b577074db2eec2e0a55b02a7d6b2a2e1d2763211ef66b30f4f9bcba29b98518faa8d785fbf8104ef75c3f708a3e665374859ec25f6be7c2df9d88","set_at":1767225600.123,"temporary":false,"history":[{"hash":"bd8482347577bf7a5089b73cd83ddb6e313ddf3d29243fa61d5d322d8af3d6ab","salt":"8da976c96004e7034d4e2dec39f24114"}]},"pending":{},"generation":0,"signed_out_at":null,"mfa":{"enabled":["SOFTWARE_TOKEN_MFA"],"preferred":"SOFTWARE_TOKEN_MFA"}}','us-east-1_1IwblHUJf1bc0ad0c-f2d2-49b5-bed0-d39e47d1fb03','us-east-1_1IwblHUJfalice@example.com',NULL,NULL,'us-east-1_1IwblHUJfälice',NULL,NULL,'us-east-1_1IwblHUJfconfirmed','us-east-1_1IwblHUJfenabled');
INSERT INTO "users" VALUES('us-east-1_1IwblHUJfbob','{"pool_id":"us-east-1_1IwblHUJf","key":"bob","username":"bob","sub":"b24b400a-bd93-421a-a670-451cba02853f","status":"UNCONFIRMED","enabled":true,"created":1767225600.123,"modified":1767225600.123,"attributes":{"sub":"b24b400a-bd93-421a-a670-451cba02853f","email":"bob@example.com","email_verified":"false"},"password":{"hash":"c1e32441da1e9d759edd3f489e2a024bce2b626562290f2212a227f595c0b67e","salt":"c2b4f5bee8723814aa65d6a4f1b2734c","srp_salt":"fe2d05db37e00e515e84dab316eaa472","verifier":"ce88c1a58a2489451ab4e8c36c52045b5877b2f7b811d7c11c736159df32f7840c871831ac53360caa1793161ac5a08fe988210dd41b24b0f8e76765ff2c7e210c54eb12cd868ad1e9924c069f162551eeae21ef985a78c7557bdcd652f0beecb5906d74aa3562aa8268ce19a628931223e65f9fa8755fbd3b1ff3746ce5b880544ba11c00eecec5dfcc39f45cdc311842839ccb95472cf8b43f67460958add02f96ce2be879320e4bdf912bf4b9aee133369844f5619cf59cd2c952fd35e49696ca03e5efb01be473f4865c51a9324c08539086b33cdbfb9cd6c53a25c9dc26b93d0ac300c7019a729ac0644169fe94b85aa0d50ef83559ff8e015d0da49ccb7df5bf9885988a5d371376c1f5f20f7e8c3815144cc41ea6ede3913d5476a4bd555a538a6a6d35de85f6f11332a8f9834a649807b050fd208a668506106a35712659aa193b45dec5bab6305993423b04c6e1eb1141cd6d322db7701efa377f7b7bef716ba48b67c848d3bbe802f58fdcaff98afb5e167beb7b227df933172264","set_at":1767225600.123,"temporary":false,"history":[]},"pending":{},"generation":0,"signed_out_at":null,"mfa":{}}','us-east-1_1IwblHUJfb24b400a-bd93-421a-a670-451cba02853f','us-east-1_1IwblHUJfbob@example.com',NULL,NULL,NULL,NULL,NULL,'us-east-1_1IwblHUJfunconfirmed','us-east-1_1IwblHUJfenabled');
CREATE INDEX pools_owner ON pools (owner_entry, "key");
CREATE INDEX clients_pool ON clients (pool_entry, "key");
CREATE INDEX users_family_name ON users (family_name_entry, "key");
CREATE INDEX users_given_name ON users (given_name_entry, "key");
CREATE UNIQUE INDEX users_sub ON users (sub_entry);
CREATE INDEX users_name ON users (name_entry, "key");
CREATE INDEX users_phone_number ON users (phone_number_entry, "key");
CREATE INDEX "users_cognito:user_status" ON users ("cognito:user_status_entry", "key");
CREATE INDEX users_status ON users (status_entry, "key");
CREATE INDEX users_email ON users (email_entry, "key");
CREATE INDEX users_preferred_username ON users (preferred_username_entry, "key");
CREATE INDEX aliases_user ON aliases (user_entry, "key");
CREATE UNIQUE INDEX groups_folded ON groups (folded_entry);
CREATE INDEX memberships_user ON memberships (user_entry, "key");
CREATE INDEX token_families_user ON token_families (user_entry, "key");
CREATE INDEX token_families_expires ON token_families (expires_entry, "key");
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_entry, "key");
CREATE INDEX refresh_tokens_expires ON refresh_tokens (expires_entry, "key");
CREATE INDEX messages_user ON messages (user_entry, "key");
CREATE INDEX messages_destination ON messages (destination_entry, "key");
CREATE INDEX identity_pools_owner ON identity_pools (owner_entry, "key");
CREATE INDEX identities_enabled ON identities (enabled_entry, "key");
CREATE INDEX identities_parent ON identities (parent_entry, "key");
CREATE INDEX identities_pool ON identities (pool_entry, "key");
CREATE INDEX logins_identity ON logins (identity_entry, "key");
CREATE INDEX role_sessions_expires ON role_sessions (expires_entry, "key");
CREATE INDEX domains_pool ON domains (pool_entry, "key");
CREATE INDEX domains_custom ON domains (custom_entry, "key");
CREATE INDEX sync_datasets_merged ON sync_datasets (merged_entry, "key");
CREATE INDEX sync_datasets_pool ON sync_datasets (pool_entry, "key");
CREATE INDEX sync_datasets_existing ON sync_datasets (existing_entry, "key");
CREATE INDEX sync_records_count ON sync_records (count_entry, "key");
CREATE INDEX auth_events_order ON auth_events (order_entry, "key");
CREATE INDEX authorization_codes_expires ON authorization_codes (expires_entry, "key");
CREATE INDEX authorization_codes_user ON authorization_codes (user_entry, "key");
CREATE UNIQUE INDEX brandings_client ON brandings (client_entry);
CREATE INDEX browser_sessions_user ON browser_sessions (user_entry, "key");
CREATE INDEX browser_sessions_expires ON browser_sessions (expires_entry, "key");
CREATE INDEX devices_created ON devices (created_entry, "key");
CREATE INDEX devices_remembered ON devices (remembered_entry, "key");
CREATE INDEX federated_identities_user ON federated_identities (user_entry, "key");
CREATE INDEX federation_states_expires ON federation_states (expires_entry, "key");
CREATE INDEX federation_states_pool ON federation_states (pool_entry, "key");
CREATE INDEX identity_provider_identifiers_provider ON identity_provider_identifiers (provider_entry, "key");
CREATE INDEX "import_jobs_active in pool" ON import_jobs ("active in pool_entry", "key");
CREATE INDEX import_jobs_active ON import_jobs (active_entry, "key");
CREATE INDEX import_jobs_created ON import_jobs (created_entry, "key");
CREATE INDEX page_states_expires ON page_states (expires_entry, "key");
CREATE INDEX page_states_pool ON page_states (pool_entry, "key");
CREATE INDEX passkeys_created ON passkeys (created_entry, "key");
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_entry);
CREATE INDEX sessions_expires ON sessions (expires_entry, "key");
CREATE INDEX sessions_pool ON sessions (pool_entry, "key");
CREATE INDEX spent_assertions_expires ON spent_assertions (expires_entry, "key");
CREATE UNIQUE INDEX sync_devices_token ON sync_devices (token_entry);
CREATE UNIQUE INDEX terms_client ON terms (client_entry);
CREATE INDEX user_sessions_recent ON user_sessions (recent_entry, "key");
CREATE INDEX user_sessions_expires ON user_sessions (expires_entry, "key");
COMMIT;
