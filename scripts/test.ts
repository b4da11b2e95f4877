/** `npm test [-- PATTERN …]`: every test that needs no server; with patterns, the files whose path contains one. */
import { main } from './test-run.ts';

await main('plain', process.argv.slice(2));
