/**
 * Makes once what many ask for at once. Requests that came together are answered together, in one turn
 * of the loop, in which nothing changes: they may share an answer, and the next turn makes a new one.
 */
export function sharedInTurn<Asked extends object, Made>(
  make: (asked: Asked) => Made,
): (asked: Asked) => Made {
  const made = new WeakMap<Asked, { readonly value: Made }>();
  return (asked) => {
    const shared = made.get(asked);
    if (shared !== undefined) return shared.value;
    const value = make(asked);
    made.set(asked, { value });
    // After all that came in with this request, and before anything that comes later.
    setImmediate(() => made.delete(asked));
    return value;
  };
}
