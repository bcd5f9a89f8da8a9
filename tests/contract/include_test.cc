// Holds every source of the suite to its layer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/contract/include_rules.h"

namespace triad::contract {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(IncludeTest, EveryFileKeepsToItsLayer) {
  std::vector<std::string> problems;
  int files = 0;
  for (const char* part : {"runtime", "services", "gateway"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(TRIAD_SOURCE_DIR) / part)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      ++files;
      const std::string file = fs::relative(entry.path(), TRIAD_SOURCE_DIR).generic_string();
      for (const std::string& header : IncludesOf(Read(entry.path()))) {
        if (auto problem = IncludeProblem(file, header)) problems.push_back(*problem);
      }
    }
  }
  EXPECT_GT(files, 100);
  EXPECT_THAT(problems, IsEmpty());
}

TEST(IncludeTest, ProblemsAreNoticed) {
  const std::pair<const char*, const char*> refused[] = {
      {"runtime/base/status.cc", "runtime/io/executor.h"},
      {"runtime/io/executor.cc", "runtime/telemetry/metrics.h"},
      {"runtime/telemetry/log.cc", "runtime/http/server.h"},
      {"runtime/http/server.cc", "runtime/rpc/call.h"},
      {"runtime/rpc/server.cc", "runtime/database/database.h"},
      {"runtime/database/open.cc", "runtime/service/service.h"},
      {"runtime/service/service.cc", "services/config/entry.h"},
      {"runtime/rpc/server.cc", "triad/config/v1/config.pb.h"},
      {"gateway/main.cc", "runtime/service/service.h"},
      {"gateway/proxy/proxy.cc", "runtime/rpc/call.h"},
      {"gateway/proxy/proxy.cc", "triad/config/v1/config.pb.h"},
      {"gateway/proxy/proxy.cc", "grpcpp/grpcpp.h"},
      {"gateway/routing/router.cc", "gateway/transcoding/codec.h"},
      {"gateway/transcoding/query.cc", "gateway/proxy/proxy.h"},
      {"gateway/site/site.cc", "gateway/upstream/channel.h"},
      {"gateway/routing/router.cc", "gateway/routing/testing/test_descriptors.h"},
      {"services/config/entry_store.cc", "grpcpp/grpcpp.h"},
      {"services/config/entry_store.h", "triad/config/v1/config.pb.h"},
      {"services/config/entry_repository.cc", "runtime/rpc/call.h"},
      {"services/config/entries_handler.cc", "services/config/entry_repository.h"},
      {"services/config/config_service.h", "runtime/database/database.h"},
      {"services/config/entry_repository.cc", "services/config/entry_store.h"},
      {"services/config/entry.cc", "services/storage/object.h"},
      {"services/config/main.cc", "gtest/gtest.h"},
  };
  for (const auto& [file, header] : refused) {
    EXPECT_TRUE(IncludeProblem(file, header).has_value()) << file << " " << header;
  }
  const std::pair<const char*, const char*> allowed[] = {
      {"runtime/http/server.cc", "runtime/io/event_loop.h"},
      {"gateway/http_rules.cc", "triad/gateway/v1/annotations.pb.h"},
      {"gateway/proxy/proxy.cc", "gateway/upstream/channel.h"},
      {"services/config/entries_handler.cc", "triad/config/v1/config.pb.h"},
      {"services/config/entry_mapping.h", "triad/config/v1/config.pb.h"},
      {"services/transform/handlers.cc", "runtime/rpc/admission.h"},
      {"services/config/entry_store.cc", "services/config/entry_repository.h"},
      {"services/config/entry_repository.cc", "runtime/database/database.h"},
      {"services/config/main.cc", "services/config/entry_repository.h"},
      {"services/config/entry_store_test.cc", "gtest/gtest.h"},
  };
  for (const auto& [file, header] : allowed) {
    EXPECT_FALSE(IncludeProblem(file, header).has_value()) << file << " " << header;
  }
}

TEST(IncludeTest, ReadsIncludes) {
  EXPECT_THAT(IncludesOf("#include <a/b.h>\n  #  include \"c.h\"  // why\n// #include \"no.h\"\n"
                         "#include\n#include \"broken\n#define include\n"),
              ElementsAre("a/b.h", "c.h"));
}

}  // namespace
}  // namespace triad::contract
