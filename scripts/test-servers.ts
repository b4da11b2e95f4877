/** `npm run test:servers [-- PATTERN …]`: the tests against real servers, `*.server.test.ts`, which start what they need. */
import { main } from './test-run.ts';

await main('servers', process.argv.slice(2));
