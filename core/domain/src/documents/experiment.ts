/** When something was tried, so that what happened then can be told. Times are whole Unix seconds. */
export interface Experiment {
  readonly experimentId: string;
  /** Who did it. */
  readonly username: string;
  readonly startTime?: number;
  readonly endTime?: number;
  /** Of this record. */
  readonly createdTime: number;
  readonly updatedTime: number;
}

/** A part of an experiment. */
export interface ExperimentTest extends Experiment {
  readonly testId: string;
  readonly testName: string;
  readonly tags?: readonly string[];
}

export interface ExperimentContents {
  readonly experiment: Experiment;
  readonly "experiment-test": ExperimentTest;
}
export type ExperimentKind = keyof ExperimentContents;

/** Found by a name that is nobody's word: several may have one identifier. */
export type ExperimentDocument = {
  readonly [Kind in ExperimentKind]: {
    readonly kind: Kind;
    readonly name: string;
    readonly content: ExperimentContents[Kind];
  };
}[ExperimentKind];
