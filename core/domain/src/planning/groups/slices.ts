/** What a parent's change is dealt out in, in the resource's unit. */
export const sliceAmount = 5;

/** A change is dealt out in at most about so many slices, however large it is. */
const slicesMost = 100;

/** So many units at once for a change of `amount`. */
export const sliceFor = (amount: number): number =>
  Math.max(sliceAmount, Math.abs(amount) / slicesMost);

/** `12` in slices of `5` is `5, 5, 2`; the sign is that of the amount. */
export function slicesOf(amount: number, slice: number): readonly number[] {
  const whole = Math.floor(Math.abs(amount) / slice);
  const rest = Math.abs(amount) - whole * slice;
  const sign = Math.sign(amount);
  const slices = Array.from({ length: whole }, () => sign * slice);
  return rest > 0 ? [...slices, sign * rest] : slices;
}

/** In whole units and as even as can be, larger parts first; who would get nothing has no part. */
export function splitEvenly(amount: number, ways: number): readonly number[] {
  const sign = Math.sign(amount);
  const parts: number[] = [];
  let left = Math.abs(amount);
  for (let way = ways; way > 0 && left > 0; way -= 1) {
    const part = Math.min(Math.ceil(left / way), left);
    parts.push(sign * part);
    left -= part;
  }
  return parts;
}
