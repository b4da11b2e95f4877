import './styles/all.ts';
import type { QueryClient } from '@tanstack/preact-query';
import { QueryClientProvider } from '@tanstack/preact-query';
import { Router } from 'wouter-preact';
import { type Api, ApiContext } from '../shared/api/api.ts';
import { useAppLocation } from '../shared/nav/use-app-location.ts';
import { PinToolsContext } from '../shared/pin/pin-tools.ts';
import { pinTools } from './pin-tools.ts';
import { Shell } from './shell/shell.tsx';

/** What the app runs on. */
export interface AppProps {
  readonly api: Api;
  readonly client: QueryClient;
  /** The request, while rendering on the server. */
  readonly ssr?: { readonly path: string; readonly search: string };
}

/** The whole app, on the server and in the browser alike. */
export function App({ api, client, ssr }: AppProps) {
  const place = ssr ? { ssrPath: ssr.path, ssrSearch: ssr.search } : {};
  return (
    <ApiContext.Provider value={api}>
      <QueryClientProvider client={client}>
        <PinToolsContext.Provider value={pinTools}>
          <Router hook={useAppLocation} {...place}>
            <Shell />
          </Router>
        </PinToolsContext.Provider>
      </QueryClientProvider>
    </ApiContext.Provider>
  );
}
