#include "runtime/telemetry/metrics/metrics.h"

#include <prometheus/text_serializer.h>

#include <optional>
#include <utility>

#include "runtime/base/version.h"
#include "runtime/telemetry/metrics/openmetrics.h"
#include "runtime/telemetry/metrics/process_metrics.h"

namespace triad {
namespace {

constexpr absl::Duration kReadBlocking = absl::Seconds(5);

using Buckets = prometheus::Histogram::BucketBoundaries;

const Buckets& LatencyBuckets() {
  static const auto* const buckets =
      new Buckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                  0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30};
  return *buckets;
}

const Buckets& CountBuckets() {
  static const auto* const buckets = new Buckets{1, 2, 4, 8, 16, 32, 64, 128, 256};
  return *buckets;
}

std::vector<prometheus::ClientMetric::Label> ToLabels(const Labels& labels) {
  std::vector<prometheus::ClientMetric::Label> result;
  for (const auto& [name, value] : labels) result.push_back({name, value});
  return result;
}

prometheus::Histogram& AddHistogram(prometheus::Registry& registry, const std::string& name,
                                    const std::string& help, const Labels& labels,
                                    const Buckets& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(labels, buckets);
}

}  // namespace

Metrics::Metrics(absl::string_view service, const Clock& clock) : clock_(clock) {
  const BuildInfo& build = GetBuildInfo();
  Gauge("triad_build_info", "Always 1; the labels say what was built.",
        {{"service", std::string(service)},
         {"version", std::string(build.version)},
         {"commit", std::string(build.commit)},
         {"compiler", std::string(build.compiler)}})
      .Set(1);
}

prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help,
                                      const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
}

prometheus::Gauge& Metrics::Gauge(const std::string& name, const std::string& help,
                                  const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
}

LatencyHistogram& Metrics::LatencySeconds(const std::string& name, const std::string& help,
                                          const Labels& labels) {
  prometheus::Histogram& histogram = AddHistogram(registry_, name, help, labels, LatencyBuckets());
  MutexLock lock(mutex_);
  std::unique_ptr<LatencyHistogram>& known = latencies_[{name, labels}];
  if (known == nullptr)
    known = std::make_unique<LatencyHistogram>(histogram, LatencyBuckets(), clock_);
  return *known;
}

prometheus::Histogram& Metrics::CountHistogram(const std::string& name, const std::string& help,
                                               const Labels& labels) {
  return AddHistogram(registry_, name, help, labels, CountBuckets());
}

void Metrics::GaugeFunction(const std::string& name, const std::string& help, const Labels& labels,
                            std::function<double()> read) {
  MutexLock lock(mutex_);
  sources_[name].push_back({help, ToLabels(labels), std::move(read)});
}

void Metrics::BlockingGaugeFunction(const std::string& name, const std::string& help,
                                    const Labels& labels, std::function<double()> read) {
  prometheus::Gauge& gauge = Gauge(name, help, labels);
  gauge.Set(read());
  MutexLock lock(mutex_);
  blocking_.push_back({&gauge, std::move(read)});
  if (!reader_.has_value()) {
    reader_.emplace("metrics", kReadBlocking, [this](const Background&) { ReadBlocking(); });
  }
}

void Metrics::ReadBlocking() {
  std::vector<BlockingSource> sources;
  {
    MutexLock lock(mutex_);
    sources = blocking_;
  }
  for (const BlockingSource& source : sources) source.gauge->Set(source.read());
}

std::vector<prometheus::MetricFamily> Metrics::Collect() {
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  for (prometheus::MetricFamily& family : CollectProcessMetrics()) {
    families.push_back(std::move(family));
  }
  MutexLock lock(mutex_);
  for (const auto& [name, list] : sources_) {
    prometheus::MetricFamily family{name, list.front().help, prometheus::MetricType::Gauge, {}};
    for (const GaugeSource& source : list) {
      prometheus::ClientMetric& metric = family.metric.emplace_back();
      metric.label = source.labels;
      metric.gauge.value = source.read();
    }
    families.push_back(std::move(family));
  }
  return families;
}

std::string Metrics::Scrape() { return prometheus::TextSerializer().Serialize(Collect()); }

std::string Metrics::ScrapeOpenMetrics() {
  auto exemplars_of = [this](const std::string& family, const prometheus::ClientMetric& metric) {
    Labels labels;
    for (const auto& label : metric.label) labels.emplace(label.name, label.value);
    MutexLock lock(mutex_);
    auto found = latencies_.find({family, labels});
    return found == latencies_.end() ? std::vector<std::optional<Exemplar>>()
                                     : found->second->exemplars();
  };
  return OpenMetricsText(Collect(), exemplars_of);
}

}  // namespace triad
