#include "runtime/telemetry/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace triad {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

// The value of the sample whose name and labels are `series`.
double Sample(const std::string& text, const std::string& series) {
  std::size_t at = text.find("\n" + series + " ");
  double value = -1;
  EXPECT_NE(at, std::string::npos) << series << " is not in\n" << text;
  if (at == std::string::npos) return value;
  std::size_t start = at + series.size() + 2;
  EXPECT_TRUE(absl::SimpleAtod(text.substr(start, text.find('\n', start) - start), &value));
  return value;
}

TEST(MetricsTest, SameNameAndLabelsAreTheSameObject) {
  Metrics metrics("triad-test");
  auto& ok = metrics.Counter("triad_calls_total", "Calls.", {{"code", "OK"}});
  auto& aborted = metrics.Counter("triad_calls_total", "Calls.", {{"code", "ABORTED"}});
  EXPECT_EQ(&ok, &metrics.Counter("triad_calls_total", "Calls.", {{"code", "OK"}}));
  EXPECT_NE(&ok, &aborted);
  ok.Increment();
  ok.Increment(2);
  metrics.Gauge("triad_in_flight", "Now.").Set(5);
  std::string text = metrics.Scrape();
  EXPECT_EQ(Sample(text, "triad_calls_total{code=\"OK\"}"), 3);
  EXPECT_EQ(Sample(text, "triad_calls_total{code=\"ABORTED\"}"), 0);
  EXPECT_EQ(Sample(text, "triad_in_flight"), 5);
}

TEST(MetricsTest, LatencyHasBucketsFromMicrosecondsToHalfAMinute) {
  Metrics metrics("triad-test");
  auto& latency = metrics.LatencySeconds("triad_call_seconds", "Latency.");
  latency.Observe(0.00005);
  latency.Observe(20);
  std::string text = metrics.Scrape();
  EXPECT_EQ(Sample(text, "triad_call_seconds_bucket{le=\"0.0001\"}"), 1);
  EXPECT_EQ(Sample(text, "triad_call_seconds_bucket{le=\"10\"}"), 1);
  EXPECT_EQ(Sample(text, "triad_call_seconds_bucket{le=\"30\"}"), 2);
  EXPECT_EQ(Sample(text, "triad_call_seconds_count"), 2);
}

TEST(MetricsTest, CountsHaveBucketsOfPowersOfTwo) {
  Metrics metrics("triad-test");
  auto& sizes = metrics.CountHistogram("triad_group_size", "Size.");
  sizes.Observe(1);
  sizes.Observe(3);
  std::string text = metrics.Scrape();
  EXPECT_EQ(Sample(text, "triad_group_size_bucket{le=\"1\"}"), 1);
  EXPECT_EQ(Sample(text, "triad_group_size_bucket{le=\"4\"}"), 2);
  EXPECT_EQ(Sample(text, "triad_group_size_bucket{le=\"256\"}"), 2);
  EXPECT_EQ(Sample(text, "triad_group_size_sum"), 4);
}

TEST(MetricsTest, OpenMetricsHasExemplarsAndCanonicalBounds) {
  Metrics metrics("triad-test");
  metrics.Counter("triad_calls_total", "Calls \\ made.", {{"of", "a\"b"}}).Increment();
  auto& latency = metrics.LatencySeconds("triad_call_seconds", "Latency.", {{"method", "Get"}});
  latency.Observe(0.5, "0af7651916cd43dd8448eb211c80319c");
  latency.Observe(0.7, "");
  latency.Observe(100, "1af7651916cd43dd8448eb211c80319c");
  std::string text = metrics.ScrapeOpenMetrics();
  EXPECT_THAT(text, HasSubstr("# HELP triad_calls Calls \\\\ made.\n# TYPE triad_calls counter\n"
                              "triad_calls_total{of=\"a\\\"b\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE triad_call_seconds histogram\n"));
  EXPECT_THAT(text, ContainsRegex("_bucket.method=\"Get\",le=\"0.5\". 1 # "
                                  ".trace_id=\"0af7[0-9a-f]*\". 0.5 1[0-9]*[.][0-9][0-9][0-9]\n"));
  EXPECT_THAT(text, HasSubstr("triad_call_seconds_bucket{method=\"Get\",le=\"1.0\"} 2\n"));
  EXPECT_THAT(text, ContainsRegex("le=\"[+]Inf\". 3 # .trace_id=\"1af7[0-9a-f]*\". 100 "));
  EXPECT_THAT(text, HasSubstr("triad_call_seconds_sum{method=\"Get\"} 101.2\n"));
  EXPECT_THAT(text, HasSubstr("triad_call_seconds_count{method=\"Get\"} 3\n"));
  EXPECT_THAT(text, testing::EndsWith("\n# EOF\n"));
  EXPECT_THAT(metrics.Scrape(), testing::Not(HasSubstr("trace_id")));
}

TEST(MetricsTest, GaugeFunctionsAreAskedAtEachScrape) {
  Metrics metrics("triad-test");
  double value = 1;
  metrics.GaugeFunction("triad_queue", "Waiting.", {{"name", "a"}}, [&] { return value; });
  metrics.GaugeFunction("triad_queue", "Waiting.", {{"name", "b"}}, [] { return 7.0; });
  EXPECT_EQ(Sample(metrics.Scrape(), "triad_queue{name=\"a\"}"), 1);
  value = 2;
  std::string text = metrics.Scrape();
  EXPECT_EQ(Sample(text, "triad_queue{name=\"a\"}"), 2);
  EXPECT_EQ(Sample(text, "triad_queue{name=\"b\"}"), 7);
}

TEST(MetricsTest, ProcessAndBuild) {
  Metrics metrics("triad-test");
  std::string text = metrics.Scrape();
  EXPECT_GE(Sample(text, "process_cpu_seconds_total"), 0);
  EXPECT_GT(Sample(text, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(Sample(text, "triad_memory_limit_bytes"),
            Sample(text, "process_resident_memory_bytes"));
  EXPECT_GT(Sample(text, "process_start_time_seconds"), 1.6e9);
  EXPECT_GE(Sample(text, "process_threads"), 1);
  EXPECT_GE(Sample(text, "process_open_fds"), 3);
  EXPECT_GT(Sample(text, "process_max_fds"), 3);
  EXPECT_THAT(text, HasSubstr("# TYPE process_cpu_seconds_total counter"));
  EXPECT_THAT(text, HasSubstr("triad_build_info{commit="));
  EXPECT_THAT(text, HasSubstr("service=\"triad-test\""));
}

TEST(MetricsTest, ScrapesWhileOthersCountAndRegister) {
  Metrics metrics("triad-test");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics, t] {
      for (int i = 0; i < 200; ++i) {
        metrics.Counter("triad_calls_total", "Calls.", {{"t", absl::StrCat(t)}}).Increment();
        if (i % 50 == 0) metrics.Scrape();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Sample(metrics.Scrape(), "triad_calls_total{t=\"3\"}"), 200);
}

// Answers once, and hangs when it is asked again.
class HangingDisk {
 public:
  double Free() {
    MutexLock lock(mutex_);
    ++asked_;
    changed_.NotifyAll();
    while (asked_ > 1 && !back_) changed_.Wait(mutex_);
    return 7;
  }
  void AwaitHanging() {
    MutexLock lock(mutex_);
    while (asked_ < 2) changed_.Wait(mutex_);
  }
  void ComeBack() {
    MutexLock lock(mutex_);
    back_ = true;
    changed_.NotifyAll();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int asked_ ABSL_GUARDED_BY(mutex_) = 0;
  bool back_ ABSL_GUARDED_BY(mutex_) = false;
};

// A disk that hangs: scrapes, and what shares their loop, are answered all the same.
TEST(MetricsTest, AScrapeDoesNotWaitForAGaugeThatBlocks) {
  HangingDisk disk;
  Metrics metrics("test");
  metrics.BlockingGaugeFunction("triad_data_free_bytes", "Free.", {}, [&] { return disk.Free(); });
  disk.AwaitHanging();
  EXPECT_THAT(metrics.Scrape(), HasSubstr("\ntriad_data_free_bytes 7\n"));
  disk.ComeBack();
}

}  // namespace
}  // namespace triad
