import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** A program on this host is the host's own. */
const loopback = ["127.0.0.0/8", "::1"];

/** Addresses and networks (`10.0.0.7`, `10.0.0.0/8`, `fd00::/8`) as somebody who asks may have one. */
export class AddressList {
  readonly #list = new BlockList();

  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry);
  }

  #add(entry: string): void {
    const [address = "", bits] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) this.#list.addAddress(address, family);
    else this.#list.addSubnet(address, Number(bits), family);
  }

  has(address: string): boolean {
    // A socket that listens for both families writes IPv4 addresses as IPv6 ones.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    return isIP(plain) > 0 && this.#list.check(plain, isIPv4(plain) ? "ipv4" : "ipv6");
  }
}

const ownAddresses = new AddressList(loopback);

export const isLoopback = (address: string): boolean => ownAddresses.has(address);
