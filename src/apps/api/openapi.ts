/** The head of the OpenAPI document; the rest comes from the routes' schemas. */

/** Title, version and the cookie that signs requests in. */
export const openApiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Pinakes',
    version: '0.1.0',
    description: 'Save pictures, arrange them on boards, find more like them.',
  },
  components: {
    securitySchemes: { session: { type: 'apiKey' as const, in: 'cookie' as const, name: 'pinakes_session' } },
  },
};
