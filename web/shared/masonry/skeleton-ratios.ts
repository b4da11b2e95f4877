/** Heights of tiles that stand in for pictures not known yet. */
export const layoutRatios: readonly number[] = [
  1.32, 0.71, 1.5, 1.01, 0.67, 1.24, 1.45, 0.75, 1.11, 1.38, 0.8, 1.6, 0.66, 1.2, 1.33, 0.9, 1.07, 1.48, 0.7,
  1.27, 1.42, 0.84, 1.13, 1.36,
];
