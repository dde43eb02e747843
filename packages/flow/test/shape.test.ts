import { expectTypeOf, test } from 'vitest'
import type { Branch, Decision, SegmentInfo, SplitPlan, SplitRequest } from '../src/index.ts'
import {
  type branchShape,
  type decisionShape,
  type planShape,
  type requestShape,
  type segmentShape,
} from '../src/shape.ts'

test('what the contract says is what is checked', () => {
  expectTypeOf<Branch>().toExtend<typeof branchShape.Type>()
  expectTypeOf<SplitPlan>().toExtend<typeof planShape.Type>()
  expectTypeOf<SplitRequest>().toExtend<ReturnType<typeof requestShape>['Type']>()
  expectTypeOf<keyof ReturnType<typeof requestShape>['Type']>().toEqualTypeOf<keyof SplitRequest>()
  expectTypeOf<Decision>().toEqualTypeOf<typeof decisionShape.Type>()
  expectTypeOf<SegmentInfo>().toEqualTypeOf<typeof segmentShape.Type>()
})
