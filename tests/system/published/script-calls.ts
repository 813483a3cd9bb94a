/** What the shell scripts of the published framework send, one call each; values are texts. */
export interface ScriptCall {
  readonly script: string;
  readonly path: string;
  readonly body?: unknown;
  readonly method?: "DELETE";
  /** What the original answered, where it is not success. */
  readonly refusedWith?: number;
}

const folders = {
  Guardian: "guardian",
  Scaler: "scaler",
  Refeeder: "refeeder",
  Rebalancer: "rebalancer",
  StructuresSnapshoter: "structures_snapshoter",
  DatabaseSnapshoter: "database_snapshoter",
  EnergyController: "energy_controller",
  WattTrainer: "watt_trainer",
} as const;
type Folder = keyof typeof folders;
const isFolder = (text: string): text is Folder => text in folders;

const setKey = (script: string, key: string, value: unknown): ScriptCall => {
  const [folder = ""] = script.split("/", 1);
  if (!isFolder(folder)) throw new Error(`${folder} has no service`);
  return { script, path: `/service/${folders[folder]}/${key}`, body: { value } };
};

export const serviceCalls: readonly ScriptCall[] = [
  ...Object.keys(folders).flatMap((folder) => [
    setKey(`${folder}/deactivate.sh`, "ACTIVE", "false"),
    setKey(`${folder}/activate.sh`, "ACTIVE", "true"),
  ]),
  setKey("Guardian/set_event_timeout.sh", "EVENT_TIMEOUT", "120"),
  setKey("Guardian/set_window_timelapse.sh", "WINDOW_TIMELAPSE", "10"),
  setKey("Guardian/set_window_delay.sh", "WINDOW_DELAY", "10"),
  setKey("Guardian/set_cpu_shares_per_watt.sh", "CPU_SHARES_PER_WATT", "5"),
  setKey("Guardian/set_energy_model.sh", "ENERGY_MODEL_NAME", "polyreg_General"),
  setKey("Guardian/set_energy_model_reliability.sh", "ENERGY_MODEL_RELIABILITY", "low"),
  setKey("Guardian/set_guardable_resources.sh", "GUARDABLE_RESOURCES", ["cpu", "mem"]),
  setKey("Guardian/set_to_application.sh", "STRUCTURE_GUARDED", "application"),
  setKey("Guardian/set_to_container.sh", "STRUCTURE_GUARDED", "container"),
  setKey("Scaler/set_polling_frequency.sh", "POLLING_FREQUENCY", "5"),
  setKey("Scaler/set_request_timeout.sh", "REQUEST_TIMEOUT", "60"),
  setKey("Scaler/deactivate_core_map_check.sh", "CHECK_CORE_MAP", "false"),
  setKey("Scaler/activate_core_map_check.sh", "CHECK_CORE_MAP", "true"),
  setKey("Refeeder/set_window_timelapse.sh", "WINDOW_TIMELAPSE", "10"),
  setKey("Refeeder/set_window_delay.sh", "WINDOW_DELAY", "20"),
  setKey("Rebalancer/set_window_timelapse.sh", "WINDOW_TIMELAPSE", "30"),
  setKey("Rebalancer/set_window_delay.sh", "WINDOW_DELAY", "10"),
  setKey("Rebalancer/set_energy_diff_percentage.sh", "ENERGY_DIFF_PERCENTAGE", "0.40"),
  setKey("Rebalancer/set_energy_stolen_percentage.sh", "ENERGY_STOLEN_PERCENTAGE", "0.40"),
  setKey("Rebalancer/activate_user_balancing.sh", "REBALANCE_USERS", "true"),
  setKey("StructuresSnapshoter/set_polling_frequency.sh", "POLLING_FREQUENCY", "5"),
  setKey("DatabaseSnapshoter/set_polling_frequency.sh", "POLLING_FREQUENCY", "5"),
  setKey("EnergyController/set_polling_frequency.sh", "POLLING_FREQUENCY", "5"),
  setKey("EnergyController/set_event_timeout.sh", "EVENT_TIMEOUT", "20"),
  setKey("EnergyController/set_window_timelapse.sh", "WINDOW_TIMELAPSE", "10"),
  setKey("EnergyController/set_window_delay.sh", "WINDOW_DELAY", "0"),
  setKey("EnergyController/set_power_model.sh", "POWER_MODEL", "polyreg_General"),
  setKey("WattTrainer/set_models_to_train.sh", "MODELS_TO_TRAIN", ["all"]),
];

export const ruleCalls: readonly ScriptCall[] = [
  { script: "Rules/deactivate_rule.sh", path: "/rule/CpuRescaleUp/deactivate" },
  { script: "Rules/activate_rule.sh", path: "/rule/CpuRescaleUp/activate" },
  {
    script: "Rules/change_amount.sh",
    path: "/rule/CpuRescaleUp/amount",
    body: { value: "75" },
  },
  {
    script: "Rules/change_policy.sh",
    path: "/rule/CpuRescaleUp/policy",
    body: { value: "proportional" },
  },
  {
    script: "Rules/change_events_amount.sh",
    path: "/rule/MemRescaleUp/events_required",
    body: { event_type: "up", value: "2" },
  },
];

const band = (max: string, min: string) => ({ max, min, guard: "false" });
const limits = {
  resources: {
    cpu: { boundary: "10", boundary_type: "percentage_of_max" },
    mem: { boundary: "10", boundary_type: "percentage_of_max" },
  },
};
const container = (name: string, host: string): ScriptCall => ({
  script: `Structures/subscribe_container.sh ${name} ${host}`,
  path: `/structure/container/${name}`,
  body: {
    container: {
      name,
      host,
      host_rescaler_ip: host,
      host_rescaler_port: "8000",
      guard: "false",
      subtype: "container",
      resources: {
        cpu: { ...band("80", "20"), current: "50" },
        mem: { ...band("512", "128"), current: "256" },
      },
    },
    limits,
  },
});

/** In the order in which an installation is set up; a container runs on the host, and so does another. */
export const structureCalls: readonly ScriptCall[] = [
  {
    script: "Structures/subscribe_host.sh host0",
    path: "/structure/host/host0",
    body: {
      name: "host0",
      host: "host0",
      subtype: "host",
      host_rescaler_ip: "host0",
      host_rescaler_port: "8000",
      resources: { cpu: { max: 800, free: 800 }, mem: { max: 24_576, free: 24_576 } },
    },
  },
  container("cont0", "host0"),
  container("cont1", "host0"),
  {
    script: "Structures/subscribe_app.sh app1",
    path: "/structure/apps/app1",
    body: {
      app: {
        name: "app1",
        guard: "false",
        subtype: "application",
        install_script: "",
        install_files: "",
        runtime_files: "",
        output_dir: "",
        start_script: "",
        stop_script: "",
        resources: { cpu: band("160", "40"), mem: band("1024", "256") },
      },
      limits,
    },
  },
  {
    script: "Structures/subscribe_container_to_app.sh cont0 app1",
    path: "/structure/container/cont0/app1",
  },
  {
    script: "Structures/subscribe_container_to_app.sh cont1 app1",
    path: "/structure/container/cont1/app1",
  },
  {
    script: "Structures/set_structure_resource_max.sh",
    path: "/structure/cont0/resources/cpu/max",
    body: { value: "100" },
  },
  {
    script: "Structures/set_structure_resource_min.sh",
    path: "/structure/cont0/resources/cpu/min",
    body: { value: "10" },
  },
  {
    script: "Structures/set_structure_resource_parameter.sh",
    path: "/structure/cont0/resources/mem/weight",
    body: { value: "2" },
  },
  { script: "Structures/set_structure_guarded.sh", path: "/structure/app1/guard" },
  { script: "Structures/set_structure_unguarded.sh", path: "/structure/app1/unguard" },
  { script: "Structures/set_resource_to_guarded.sh", path: "/structure/cont0/resources/cpu/guard" },
  {
    script: "Structures/set_resource_to_unguarded.sh",
    path: "/structure/cont0/resources/cpu/unguard",
  },
  {
    script: "Structures/set_many_resource_to_guarded.sh",
    path: "/structure/cont0/resources/guard",
    body: { resources: ["cpu", "mem"] },
  },
  {
    script: "Structures/set_many_resource_to_unguarded.sh",
    path: "/structure/cont0/resources/unguard",
    body: { resources: ["cpu", "mem"] },
  },
  {
    script: "Structures/set_cluster_energy_shares.sh",
    path: "/structure/app1/resources/energy/shares",
    body: { value: "10" },
    refusedWith: 400,
  },
  {
    script: "Limits/set_new_boundary.sh",
    path: "/structure/cont0/limits/cpu/boundary",
    body: { value: "20" },
  },
  {
    script: "Limits/set_new_boundary_type.sh",
    path: "/structure/cont0/limits/cpu/boundary_type",
    body: { value: "percentage_of_current" },
  },
  {
    script: "conf/Orchestrator/set_structures_config.sh",
    path: "/structure/cont0/limits/mem/boundary",
    body: { value: "350" },
    refusedWith: 400,
  },
  {
    script: "User/set_new_max_energy.sh",
    path: "/user/user0/energy/max",
    body: { value: "50" },
    refusedWith: 404,
  },
];

export const leavingCalls: readonly ScriptCall[] = [
  {
    script: "Structures/desubscribe_container_from_app.sh cont0 app1",
    method: "DELETE",
    path: "/structure/container/cont0/app1",
  },
  {
    script: "Structures/desubscribe_container.sh cont0",
    method: "DELETE",
    path: "/structure/container/cont0",
  },
  {
    script: "Structures/desubscribe_container.sh cont1",
    method: "DELETE",
    path: "/structure/container/cont1",
  },
  { script: "Structures/desubscribe_app.sh app1", method: "DELETE", path: "/structure/apps/app1" },
  {
    script: "Structures/desubscribe_host.sh host0",
    method: "DELETE",
    path: "/structure/host/host0",
  },
];
