/** The demo cannot go on; the message says what a person can do about it. */
export class DemoFailed extends Error {
  readonly code = "SC_DEMO_FAILED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DemoFailed";
  }
}
