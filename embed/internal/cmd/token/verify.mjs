// Verifies the token of command token with the npm package jose: the signature, the
// header and the claims that Workato documents. "scripts/check docs" runs it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { importSPKI, jwtVerify } from 'jose';

const { token, public_key: pem } = JSON.parse(readFileSync(0, 'utf8'));
const key = await importSPKI(pem, 'RS256');
const { payload, protectedHeader } = await jwtVerify(token, key, {
  algorithms: ['RS256'],
  typ: 'JWT',
  subject: 'vendor1:EAM10%3AXV303:Eada%40acme%2Eexample',
  requiredClaims: ['jti', 'iat', 'origin'],
  maxTokenAge: '1 minute',
});
assert.deepEqual(protectedHeader, { typ: 'JWT', alg: 'RS256' });
assert.deepEqual(Object.keys(payload).sort(), ['iat', 'jti', 'origin', 'sub']); // so no exp
assert.equal(payload.origin, 'https://app.example.com');
assert.ok(payload.jti.length >= 16);

// The check can fail: with a claim of another token the signature is wrong.
const [header, , signature] = token.split('.');
const other = Buffer.from(JSON.stringify({ ...payload, sub: 'vendor1:other' })).toString('base64url');
await assert.rejects(jwtVerify(`${header}.${other}.${signature}`, key), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
console.log('the token is verified by jose:', payload.sub);
