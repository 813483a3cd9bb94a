const port = "(6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|\\d{1,4})";

/** Nothing listens beyond loopback without saying to whom, so no other address can be written. */
export const loopbackAddress = {
  pattern: `^(127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|localhost|\\[::1\\]):${port}$`,
  expected: "a loopback address with a port (127.0.0.1:5000, localhost:5000, [::1]:5000)",
};
export const loopbackAddressOrNull = {
  ...loopbackAddress,
  expected: `${loopbackAddress.expected}, or null`,
};
