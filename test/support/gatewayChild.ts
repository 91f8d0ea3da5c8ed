import { connect } from '../../client/connect.ts';
import { createGateway, listen } from '../../client/gateway/server.ts';
import { cloneUrl, secret } from './gateway.ts';

/** `node gatewayChild.ts ADDRESS HOME PORT`: a gateway as a process of its own, which may be killed at any moment. Prints its URL once it listens. */
const [address = '', home = '', port = '0'] = process.argv.slice(2);
const { client } = await connect({ options: { address }, namespace: 'default' });
const services = { gateway: { githubSecrets: [secret], slackSecrets: [], cloneUrl, trusted: [] } };
const gateway = await createGateway({ client, services, home });
console.log(await listen(gateway, { host: '127.0.0.1', port: Number(port) }));
