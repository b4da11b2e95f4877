/** The server's entry: renders one page with its data. */

export type { RenderRequest, RenderResult } from './app/ssr/contract.ts';
export { render } from './app/ssr/render.tsx';
