import { join } from "node:path";

/** Where things lie when the configuration does not say so. */
export interface DefaultFolders {
  readonly configurationFile: string;
  readonly run: string;
  readonly state: string;
}

/** Who runs the server, as far as it decides about folders. */
export interface Surroundings {
  readonly isRoot: boolean;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const product = "serverless-containers";

/** Root has the system's folders; anyone else those of the XDG base directory specification. */
export function defaultFolders({ isRoot, home, environment }: Surroundings): DefaultFolders {
  if (isRoot) {
    return {
      configurationFile: `/etc/${product}/config.yaml`,
      run: `/run/${product}`,
      state: `/var/lib/${product}`,
    };
  }
  const { XDG_CONFIG_HOME, XDG_RUNTIME_DIR, XDG_STATE_HOME } = environment;
  const state = join(absolute(XDG_STATE_HOME) ?? join(home, ".local/state"), product);
  const configuration = join(absolute(XDG_CONFIG_HOME) ?? join(home, ".config"), product);
  const runtime = absolute(XDG_RUNTIME_DIR);
  return {
    configurationFile: join(configuration, "config.yaml"),
    run: runtime === undefined ? join(state, "run") : join(runtime, product),
    state,
  };
}

/** The specification says that a path that is not absolute is ignored. */
const absolute = (path: string | undefined): string | undefined =>
  path?.startsWith("/") ? path : undefined;
