/** The kernel keeps whole pages, of 4 KiB and more. */
const roundingMib = 0.1;

/** Whether two memory limits in MiB are the same to the kernel; `null` = no limit. */
export const isSameMemLimit = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) < roundingMib;
