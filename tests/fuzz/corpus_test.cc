// Each target on the inputs of its corpus: examples, and what once broke something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

namespace fs = std::filesystem;

fs::path Corpus() { return fs::path(TRIAD_FUZZ_DIR) / "corpus"; }

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> InputsOf(const std::string& target) {
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(Corpus() / target)) inputs.push_back(entry);
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

std::set<std::string> Names() {
  std::set<std::string> names;
  for (const auto& [name, target] : Targets()) names.insert(name);
  return names;
}

TEST(FuzzCorpusTest, EveryTargetHasOne) {
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(Corpus())) {
    folders.insert(entry.path().filename());
  }
  EXPECT_EQ(folders, Names());
}

TEST(FuzzCorpusTest, EveryTargetIsAFileOfItsName) {
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(TRIAD_FUZZ_DIR) / "targets")) {
    files.insert(entry.path().stem());
  }
  EXPECT_EQ(files, Names());
}

TEST(FuzzCorpusTest, EveryPromiseHolds) {
  for (const auto& [name, target] : Targets()) {
    target("");
    for (const fs::path& input : InputsOf(name)) {
      // What stands last when a promise is broken.
      std::cout << name << ": " << input.filename().string() << std::endl;
      target(Read(input));
    }
  }
}

// Inputs that are cut short are what a network delivers.
TEST(FuzzCorpusTest, EveryPromiseHoldsForEveryBeginning) {
  for (const auto& [name, target] : Targets()) {
    for (const fs::path& input : InputsOf(name)) {
      std::string bytes = Read(input);
      for (std::size_t size = 0; size < bytes.size(); ++size) target(bytes.substr(0, size));
    }
  }
}

TEST(FuzzCorpusTest, StaysSmall) {
  for (const std::string& name : Names()) {
    std::uintmax_t bytes = 0;
    for (const fs::path& input : InputsOf(name)) bytes += fs::file_size(input);
    EXPECT_LE(bytes, 64u * 1024) << name;
  }
}

TEST(FuzzCorpusDeathTest, ABrokenPromiseEndsTheProgramAndIsNamed) {
  EXPECT_DEATH(Require(false, "one is two", "1\n"), "broken: one is two\n1\\\\n");
  EXPECT_DEATH(RequireEqual("a", "b", "they are equal"), "equal\n\\[a\\] is not \\[b\\]");
}

}  // namespace
}  // namespace triad::fuzz
