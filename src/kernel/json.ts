/** Any value that survives JSON unchanged. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** An object that survives JSON unchanged. */
export type JsonObject = { [key: string]: Json };
