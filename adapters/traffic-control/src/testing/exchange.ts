/*
 * Runs inside a network namespace: `exchange.ts serve`, or `exchange.ts send|receive ADDRESS MIB`, which
 * prints at how many Mbit per second that much went, over a few streams at once.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

const port = 5000;
const streams = 4;
const bytesPerMib = 1_048_576;
const piece = Buffer.alloc(65_536);

/** The first line says what the other wants: `send`, or how many bytes it will take. */
function serve(): void {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (first) => {
      const bytes = Number(first.toString("latin1").split("\n")[0]);
      if (Number.isNaN(bytes)) socket.on("end", () => socket.end("all of it")).resume();
      else void give(socket, bytes);
    });
  });
  server.listen(port, "0.0.0.0", () => process.stdout.write("listening\n"));
}

async function give(socket: Socket, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= piece.length) {
    if (!socket.write(piece)) await once(socket, "drain");
  }
  socket.end();
}

async function exchange(direction: string, address: string, bytes: number): Promise<void> {
  const socket = connect(port, address).resume();
  await once(socket, "connect");
  const ended = once(socket, "end");
  socket.write(direction === "send" ? "send\n" : `${bytes}\n`);
  if (direction === "send") await give(socket, bytes);
  await ended;
  socket.end();
}

const [what = "", address = "", mib = "0"] = process.argv.slice(2);
if (what === "serve") serve();
else {
  const bytes = Number(mib) * bytesPerMib;
  const began = performance.now();
  const share = bytes / streams;
  await Promise.all(Array.from({ length: streams }, () => exchange(what, address, share)));
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`${(bytes * 8) / 1e6 / seconds}\n`);
}
