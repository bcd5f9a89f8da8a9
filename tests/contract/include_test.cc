// Holds every source of the suite to its layer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/contract/include_rules.h"
#include "tests/contract/sources.h"

namespace triad::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> ProductSources() {
  std::vector<std::string> sources =
      SourcesBelow(TRIAD_SOURCE_DIR, {"runtime", "services", "gateway", "cli"});
  std::erase_if(sources, IsTestCode);
  return sources;
}

TEST(IncludeTest, EveryFileKeepsToItsLayer) {
  std::vector<std::string> problems;
  for (const std::string& file : ProductSources()) {
    for (const std::string& header : IncludesOf(ReadSource(TRIAD_SOURCE_DIR, file))) {
      if (auto problem = IncludeProblem(file, header)) problems.push_back(*problem);
    }
  }
  EXPECT_THAT(problems, IsEmpty());
}

TEST(IncludeTest, EveryLayerHasFilesAndEveryFileALayer) {
  std::set<const Layer*> used;
  for (const std::string& file : ProductSources()) {
    const Layer* layer = LayerOf(file);
    EXPECT_NE(layer, nullptr) << file;
    used.insert(layer);
  }
  for (const Layer& layer : Layers()) EXPECT_TRUE(used.contains(&layer)) << layer.files;
}

TEST(IncludeTest, EveryLayerRefusesItsWrongInclude) {
  for (const Layer& layer : Layers()) {
    ASSERT_EQ(LayerOf(layer.wrong_file), &layer) << layer.wrong_file;
    EXPECT_EQ(IncludeProblem(layer.wrong_file, layer.wrong_header),
              absl::StrCat(layer.wrong_file, " includes ", layer.wrong_header, ": ", layer.reason));
  }
}

// A layer may look different from a folder further down: each folder refuses what
// no product code but a main may know.
TEST(IncludeTest, EveryFolderRefusesAWrongInclude) {
  std::set<std::string> folders;
  for (const std::string& file : ProductSources()) {
    folders.insert(std::filesystem::path(file).parent_path().generic_string());
  }
  EXPECT_GT(folders.size(), 30u);
  for (const std::string& folder : folders) {
    const char* wrong = folder.starts_with("services/config") ? "services/storage/model/object.h"
                                                              : "services/config/model/entry.h";
    EXPECT_TRUE(IncludeProblem(folder + "/made_up.cc", wrong).has_value()) << folder;
    EXPECT_TRUE(IncludeProblem(folder + "/made_up.cc", "gtest/gtest.h").has_value()) << folder;
  }
}

TEST(IncludeTest, ProblemsAreNoticed) {
  const std::pair<const char*, const char*> refused[] = {
      {"runtime/rpc/server/server.cc", "triad/config/v1/config.pb.h"},
      {"runtime/rpc/admission/admission.cc", "runtime/export/reporting.h"},
      {"gateway/proxy/proxy.cc", "runtime/rpc/call.h"},
      {"gateway/proxy/proxy.cc", "runtime/export/reporting.h"},
      {"gateway/proxy/proxy.cc", "triad/config/v1/config.pb.h"},
      {"gateway/proxy/answer/errors.cc", "grpcpp/grpcpp.h"},
      {"gateway/new_folder/file.cc", "runtime/base/status.h"},
      {"gateway/routing/router.cc", "gateway/protos/testing/test_descriptors.h"},
      {"services/config/entries/entry_store.cc", "grpcpp/grpcpp.h"},
      {"services/config/entries/deeper/entry_store.cc", "grpcpp/grpcpp.h"},
      {"services/config/rows/entry_rows.cc", "runtime/rpc/call.h"},
      {"services/config/new_feature/new_handler.cc", "runtime/database/database.h"},
      {"services/config/service.h", "runtime/database/database.h"},
      {"services/config/service.h", "triad/storage/v1/storage.pb.h"},
      {"services/config/main.cc", "gateway/protos/embedded.h"},
      {"services/config/main.cc", "gtest/gtest.h"},
  };
  for (const auto& [file, header] : refused) {
    EXPECT_TRUE(IncludeProblem(file, header).has_value()) << file << " " << header;
  }
  const std::pair<const char*, const char*> allowed[] = {
      {"runtime/http/server.cc", "runtime/io/event_loop.h"},
      {"gateway/routing/http_rules.cc", "triad/gateway/v1/annotations.pb.h"},
      {"gateway/proxy/proxy.cc", "runtime/grpc_client/channel.h"},
      {"services/config/entries/entries_handler.cc", "triad/config/v1/config.pb.h"},
      {"services/config/entries/entry_mapping.h", "triad/config/v1/config.pb.h"},
      {"services/transform/service.cc", "runtime/rpc/admission/admission.h"},
      {"services/config/entries/entry_store.cc", "services/config/rows/entry_rows.h"},
      {"services/config/rows/entry_rows.cc", "runtime/database/database.h"},
      {"services/config/main.cc", "services/config/rows/entry_rows.h"},
      {"services/config/entries/entry_store_test.cc", "gtest/gtest.h"},
      {"services/config/entries/entry_store.cc", "nlohmann/json.hpp"},
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
