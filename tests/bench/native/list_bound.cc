// The least that a page of a list takes: the statements of storage, stepped in its database.
//   triad_bench_list_bound DATABASE BUCKET DELIMITER PAGE SECONDS
// PAGE names and common prefixes of the bucket, from its first, again and again. An empty
// DELIMITER is none; with one, each common prefix is one seek. Every column of every row is read.
#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/rows/version_columns.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK) {
      Fail(absl::StrCat(path, ": ", sqlite3_errmsg(handle_)));
    }
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

class Statement {
 public:
  Statement(const Database& database, const std::string& sql) : database_(database) {
    Check(sqlite3_prepare_v3(database.handle(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                             &statement_, nullptr));
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void Bind(int parameter, const std::string& text) {
    Check(sqlite3_bind_text(statement_, parameter, text.data(), static_cast<int>(text.size()),
                            SQLITE_STATIC));
  }
  void Bind(int parameter, std::int64_t number) {
    Check(sqlite3_bind_int64(statement_, parameter, number));
  }

  // Reads the next row; false, and ready to run again, at the end.
  bool Step() {
    int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
      ReadColumns();
      return true;
    }
    if (code != SQLITE_DONE) Check(code);
    Reset();
    return false;
  }
  void Run() {
    while (Step()) {
    }
  }
  // Ready to run again, with rows that were not read.
  void Reset() { Check(sqlite3_reset(statement_)); }

  std::string Text(int column) const {
    return reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  }
  std::int64_t Number(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  void Check(int code) const {
    if (code != SQLITE_OK) Fail(sqlite3_errmsg(database_.handle()));
  }

  void ReadColumns() {
    for (int column = 0; column < sqlite3_column_count(statement_); ++column) {
      if (sqlite3_column_type(statement_, column) == SQLITE_INTEGER) {
        read_ += sqlite3_column_int64(statement_, column);
      } else {
        read_ += sqlite3_column_bytes(statement_, column);
      }
    }
  }

  const Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  std::int64_t read_ = 0;
};

class Pages {
 public:
  Pages(const Database& database, std::string bucket, std::string delimiter, std::int64_t size)
      : begin_(database, "BEGIN"),
        bucket_(
            database,
            "SELECT id, number, etag, description, labels, cache_control, versioning, deleting, "
            "objects, bytes, versions, version_bytes, create_time, update_time FROM buckets "
            "WHERE id = $1"),
        objects_(database,
                 absl::StrCat("SELECT ", storage::kVersionColumns,
                              " FROM objects WHERE bucket = $1 AND name >= $2 AND name < $3 "
                              "ORDER BY name ASC LIMIT $4")),
        commit_(database, "COMMIT"),
        bucket_id_(std::move(bucket)),
        delimiter_(std::move(delimiter)),
        size_(size),
        until_(storage::EndOfNames("")) {}

  void ReadOne() {
    begin_.Run();
    bucket_.Bind(1, bucket_id_);
    if (!bucket_.Step()) Fail(absl::StrCat("there is no bucket ", bucket_id_));
    number_ = bucket_.Number(1);
    bucket_.Run();
    from_.clear();
    found_ = 0;
    // One more tells whether there are others.
    while (found_ <= size_) ReadRun();
    commit_.Run();
  }

 private:
  // Names up to the first one of a common prefix.
  void ReadRun() {
    objects_.Bind(1, number_);
    objects_.Bind(2, from_);
    objects_.Bind(3, until_);
    objects_.Bind(4, size_ + 1 - found_);
    while (objects_.Step()) {
      ++found_;
      if (delimiter_.empty()) continue;
      std::string name = objects_.Text(0);
      std::size_t end = name.find(delimiter_);
      if (end == std::string::npos) continue;
      from_ = storage::EndOfNames(name.substr(0, end + delimiter_.size()));
      objects_.Reset();
      return;
    }
    if (found_ <= size_) Fail(absl::StrCat("only ", found_, " are there"));
  }

  Statement begin_;
  Statement bucket_;
  Statement objects_;
  Statement commit_;
  const std::string bucket_id_;
  const std::string delimiter_;
  const std::int64_t size_;
  const std::string until_;
  std::int64_t number_ = 0;
  std::int64_t found_ = 0;
  std::string from_;
};

void Run(const std::vector<std::string>& words) {
  std::int64_t size = 0;
  double seconds = 0;
  if (words.size() != 5 || !absl::SimpleAtoi(words[3], &size) || size < 1 ||
      !absl::SimpleAtod(words[4], &seconds)) {
    Fail("usage: triad_bench_list_bound DATABASE BUCKET DELIMITER PAGE SECONDS");
  }
  Database database(words[0]);
  Pages pages(database, words[1], words[2], size);
  pages.ReadOne();  // what is read from the disk, the first time, is no part of it
  Result result;
  absl::Duration before = ProcessorTime();
  Stopwatch run;
  while (run.elapsed() < absl::Seconds(seconds)) {
    Stopwatch page;
    pages.ReadOne();
    result.durations.push_back(page.elapsed());
  }
  result.took = run.elapsed();
  result.processor = ProcessorTime() - before;
  Print(result);
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { triad::bench::Run({argv + 1, argv + argc}); }
