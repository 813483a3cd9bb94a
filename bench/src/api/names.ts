/** What both processes of the benchmark know. */
export const containers = 1000;
export const applications = 100;
export const host = "host0";

export const containerName = (index: number): string => `c${index}`;
export const applicationName = (index: number): string => `app${index}`;
