import { Type } from "typebox";

const word = (what: string) =>
  Type.String({ minLength: 1, maxLength: 200, expected: `${what}, 1 to 200 characters` });
const time = Type.Integer({
  minimum: 1,
  maximum: 253_402_300_799,
  expected: "whole Unix seconds from 1",
});
const tagsMost = 100;

const common = {
  experimentId: word("the experiment's identifier"),
  username: word("who did it"),
  startTime: Type.Optional(time),
  endTime: Type.Optional(time),
  createdTime: time,
  updatedTime: time,
};

export const experimentSchema = Type.Object(common, { additionalProperties: false });

export const experimentTestSchema = Type.Object(
  {
    ...common,
    testId: word("the test's identifier"),
    testName: word("the test's name"),
    tags: Type.Optional(Type.Array(word("a tag"), { maxItems: tagsMost })),
  },
  { additionalProperties: false },
);
