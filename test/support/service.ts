/** A service whose life is told by its environment: BEHAVIOUR good, crash (at once), ill (503), dies; the latter two AFTER ms from the first request; slow: 503 for AFTER ms. */
export const serviceSource = `
const http = require('node:http');
const { PORT, BEHAVIOUR = 'good', AFTER = '0', VERSION = '?' } = process.env;
const born = Date.now();
let asked;
const late = (since) => Date.now() - since >= Number(AFTER);
if (BEHAVIOUR === 'crash') { console.error('no database there'); process.exit(3); }
const server = http.createServer((request, response) => {
  if (!asked && BEHAVIOUR === 'dies') setTimeout(() => { console.error('out of luck'); process.exit(1); }, Number(AFTER));
  asked ??= Date.now();
  response.statusCode = (BEHAVIOUR === 'ill' && late(asked)) || (BEHAVIOUR === 'slow' && !late(born)) ? 503 : 200;
  response.end('version ' + VERSION + ' as ' + process.pid);
});
server.listen(Number(PORT));
process.on('SIGTERM', () => process.exit(0));
`;
