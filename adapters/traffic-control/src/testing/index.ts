export { NetworkScene, type SceneContainer, whyNoNetworks } from "./network-scene.ts";
