/** What a structure is doing, as whoever runs it says; nothing here decides by it but to tell people. */
export const runStates = ["running", "stopped", "hdfs_downloading", "hdfs_uploading"] as const;
export type RunState = (typeof runStates)[number];
