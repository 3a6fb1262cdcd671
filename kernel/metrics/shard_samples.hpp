#pragma once

#include "kernel/document/services.hpp"
#include "kernel/metrics/metrics.hpp"

#include <vector>

namespace weft {

/// What the shards of a node have counted together, under the names of GET /metrics.
std::vector<MetricSample> shard_samples(const std::vector<ShardCounters>& shards);

}  // namespace weft
