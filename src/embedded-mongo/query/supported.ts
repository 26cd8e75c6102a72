import { badValue, failedToParse, MongoError, notSupported } from '../mongo-error.ts';
import { location } from './location-error.ts';

/** One vocabulary of MongoDB 7.0: what this store does, what it knows and leaves out, and what MongoDB says to any other name. */
interface Vocabulary {
  readonly here: readonly string[];
  readonly elsewhere: readonly string[];
  readonly unknown: (name: string) => MongoError;
}

const words = (text: string) => text.trim().split(/\s+/);

/** The one list. A name outside `here` is refused: `elsewhere` as not supported (115), others with MongoDB's own code and text. */
export const SUPPORTED = {
  'top-level query operator': {
    here: words('$and $or $nor $expr $comment'),
    elsewhere: words('$where $text $jsonSchema $alwaysTrue $alwaysFalse $sampleRate'),
    unknown: (name) =>
      badValue(
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      ),
  },
  'query operator': {
    here: words('$eq $ne $gt $gte $lt $lte $in $nin $exists $type $not $all $elemMatch $size $mod $regex $options'),
    elsewhere: words(
      '$bitsAllSet $bitsAllClear $bitsAnySet $bitsAnyClear $geoWithin $geoIntersects $near $nearSphere $within $maxDistance $minDistance',
    ),
    unknown: (name) => badValue(`unknown operator: ${name}`),
  },
  'update operator': {
    here: words(
      '$set $unset $inc $mul $min $max $rename $setOnInsert $currentDate $push $addToSet $pull $pullAll $pop $bit',
    ),
    elsewhere: [],
    unknown: (name) =>
      failedToParse(
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      ),
  },
  stage: {
    here: words(
      '$match $group $sort $limit $skip $project $addFields $set $unset $count $unwind $sortByCount $replaceRoot $replaceWith $lookup $facet',
    ),
    elsewhere: words(
      `$bucket $bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $currentOp $densify $documents $fill $geoNear
      $graphLookup $indexStats $listLocalSessions $listSampledQueries $listSearchIndexes $listSessions $merge $out $planCacheStats
      $redact $sample $search $searchMeta $setWindowFields $shardedDataDistribution $unionWith $vectorSearch`,
    ),
    unknown: (name) => location(40324, `Unrecognized pipeline stage name: '${name}'`),
  },
  accumulator: {
    here: words('$sum $avg $min $max $first $last $push $addToSet $count'),
    elsewhere: words(
      '$accumulator $bottom $bottomN $firstN $lastN $maxN $median $mergeObjects $minN $percentile $stdDevPop $stdDevSamp $top $topN',
    ),
    unknown: (name) => location(15952, `unknown group operator '${name}'`),
  },
  expression: {
    here: words(
      `$literal $eq $ne $gt $gte $lt $lte $cmp $and $or $not $cond $ifNull $switch $add $subtract $multiply $divide $mod $abs $ceil
      $floor $sum $avg $min $max $concat $toLower $toUpper $strLenCP $split $size $isArray $arrayElemAt $first $last $in
      $concatArrays $slice $reverseArray $filter $map $reduce $setUnion $mergeObjects $objectToArray $arrayToObject $type $isNumber
      $toString $let $dateToString $year $month $dayOfMonth $hour $minute $second
      $millisecond $dayOfWeek`,
    ),
    elsewhere: words(
      `$accumulator $acos $acosh $allElementsTrue $anyElementTrue $asin $asinh $atan $atan2 $atanh $binarySize $bitAnd $bitNot $bitOr
      $bitXor $bsonSize $convert $cos $cosh $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract $dateToParts $dateTrunc $dayOfYear $degreesToRadians $exp $firstN
      $function $getField $indexOfArray $indexOfBytes $indexOfCP $isoDayOfWeek $isoWeek $isoWeekYear $lastN $ln $log $log10 $ltrim
      $maxN $median $meta $minN $percentile $pow $radiansToDegrees $rand $range $regexFind $regexFindAll $regexMatch $replaceAll
      $replaceOne $round $rtrim $sampleRate $setDifference $setEquals $setField $setIntersection $setIsSubset $sin $sinh $sortArray
      $sqrt $stdDevPop $stdDevSamp $strLenBytes $strcasecmp $substr $substrBytes $substrCP $tan $tanh $toBool $toDate $toDecimal
      $toDouble $toInt $toLong $toObjectId $trim $trunc $tsIncrement $tsSecond $unsetField $week $zip`,
    ),
    unknown: (name) => new MongoError(168, 'InvalidPipelineOperator', `Unrecognized expression '${name}'`),
  },
} as const satisfies Record<string, Vocabulary>;

type VocabularyName = keyof typeof SUPPORTED;

/** Throws unless this store does `name`. */
export function requireSupported(kind: VocabularyName, name: string): void {
  const { here, elsewhere, unknown }: Vocabulary = SUPPORTED[kind];
  if (here.includes(name)) return;
  throw elsewhere.includes(name)
    ? notSupported(`The ${kind} ${name} is not supported by the built-in store`)
    : unknown(name);
}
