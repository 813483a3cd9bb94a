export const cores = 1000;
export const memMibTotal = 4 * 1024 * 1024;
/** As clients call the host. */
export const host = "host0";
