/** Entry point of `npm start`: everything in one process. */
import { startServer } from './server.ts';

await startServer();
