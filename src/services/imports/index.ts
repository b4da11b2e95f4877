export { createImports, type ImportsDeps } from './imports.ts';
