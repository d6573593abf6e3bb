// SPDX-License-Identifier: Apache-2.0
// One end of a QUIC connection (npm's @matrixai/quic, which is quiche) for tools/record-captures:
// QUIC_PACKAGE is the package's folder.
//   quic_peers.mjs server ADDRESS PORT CERTIFICATE KEY
//   quic_peers.mjs client ADDRESS PORT NAME PROTOCOL,...
// The client sends a line on one stream, the server sends it back.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const quic = `${process.env.QUIC_PACKAGE}/dist/index.js`;
const { QUICClient, QUICServer, events } = await import(pathToFileURL(quic));

const hmac = (key, bytes) => createHmac('sha256', Buffer.from(key)).update(Buffer.from(bytes)).digest();
const asArrayBuffer = (bytes) => Uint8Array.from(bytes).buffer;
const [role, host, port, ...rest] = process.argv.slice(2);

async function echo(stream) {
  await stream.readable.pipeTo(stream.writable);
}

async function serve(certificate, key) {
  const server = new QUICServer({
    crypto: {
      key: randomBytes(32),
      ops: {
        sign: async (secret, bytes) => asArrayBuffer(hmac(secret, bytes)),
        verify: async (secret, bytes, tag) => timingSafeEqual(hmac(secret, bytes), Buffer.from(tag)),
      },
    },
    config: {
      cert: readFileSync(certificate, 'utf8'),
      key: readFileSync(key, 'utf8'),
      applicationProtos: ['h3', 'doq', 'hq-interop'],
    },
  });
  server.addEventListener(events.EventQUICServerConnection.name, ({ detail: connection }) => {
    connection.addEventListener(events.EventQUICConnectionStream.name, ({ detail }) => {
      echo(detail).catch(() => {});  // the client leaves
    });
  });
  await server.start({ host, port: Number(port) });
}

async function ask(name, protocols) {
  const client = await QUICClient.createQUICClient({
    host,
    port: Number(port),
    serverName: name,
    localHost: host.includes(':') ? '::' : '0.0.0.0',
    crypto: { ops: { randomBytes: async (bytes) => { randomBytes(bytes.byteLength).copy(Buffer.from(bytes)); } } },
    config: { verifyPeer: false, applicationProtos: protocols.split(',') },
  });
  const stream = client.connection.newStream();
  const writer = stream.writable.getWriter();
  await writer.write(Buffer.from('hello\n'));
  await writer.close();
  for await (const bytes of stream.readable) console.log(Buffer.from(bytes).toString());
  await client.destroy();
}

await (role === 'server' ? serve(...rest) : ask(...rest));
