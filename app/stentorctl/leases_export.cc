// SPDX-License-Identifier: BSD-3-Clause
#include "leases_export.h"

#include <algorithm>

#include "image_folder.h"
#include "output_file.h"
#include "pages.h"
#include "store/lease_csv.h"
#include "store/lease_reader.h"
#include "store/lease_text.h"

namespace stentor::ctl {

namespace {

// Text that waits for the next write.
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

// Rows, as the API has them, to a document. After a failure nothing more is written.
class LeaseWriter {
 public:
  LeaseWriter(ExportCommand::Format format, OutputFile& output)
      : is_csv_(format == ExportCommand::Format::csv),
        output_(output),
        buffer_(is_csv_ ? store::csv_line(store::kLeaseColumns) : "{\"leases\": [") {}

  // False: it could not be written.
  bool add(const Json& row) {
    if (is_csv_) {
      buffer_ += csv_line_of(row);
    } else {
      buffer_ += count_ == 0 ? "\n" : ",\n";
      buffer_ += row.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    ++count_;
    return buffer_.size() < kBufferBytes || flush();
  }
  base::Result<void> finish() {
    if (!is_csv_) buffer_ += "\n]}\n";
    if (flush()) outcome_ = output_.finish();
    return outcome_;
  }

 private:
  static std::string csv_line_of(const Json& row) {
    std::array<std::string, store::kLeaseColumns.size()> values;
    std::ranges::transform(store::kLeaseColumns, values.begin(), [&](std::string_view column) {
      const auto value = row.find(std::string(column));
      if (value == row.end()) return std::string();
      if (value->is_null()) return std::string(store::kExpiresNever);
      return value->is_string() ? value->get<std::string>() : value->dump();
    });
    return store::csv_line(values);
  }
  bool flush() {
    if (outcome_) outcome_ = output_.write(buffer_);
    buffer_.clear();
    return outcome_.has_value();
  }

  const bool is_csv_;
  OutputFile& output_;
  std::string buffer_;
  std::size_t count_ = 0;
  base::Result<void> outcome_;
};

// An offer is a promise of a minute, which nobody keeps for later.
bool is_exported(const Json& row) { return row.at("state") != "offered"; }

ExitStatus export_of_running(const Asking& asking, LeaseWriter& writer) {
  const auto done = for_each_page(asking, {"/v1/leases", "leases"}, [&](Json page) {
    return std::ranges::all_of(page.at("leases"), [&](Json& row) {
      // True at the moment of the answer alone.
      row.erase("seconds_left");
      return !is_exported(row) || writer.add(row);
    });
  });
  return done ? ExitStatus::all_right : done.error();
}

Json json_of(const store::StoredRecord& record) {
  const lease::LeaseChange& change = record.change;
  const store::LeaseText text(change);
  Json row{{"address", change.address.text().view()},
           {"state", change.state == lease::State::bound ? "bound" : "declined"},
           {"expires", nullptr}};
  if (record.expiry) row["expires"] = store::utc_text(*record.expiry);
  if (change.htype != 0) row["htype"] = change.htype;
  for (const auto& [name, said] : {std::pair{"mac", &text.mac},
                                   {"hostname", &text.hostname},
                                   {"client_id", &text.client_id},
                                   {"circuit_id", &text.circuit_id},
                                   {"remote_id", &text.remote_id}}) {
    if (!said->empty()) row[name] = *said;
  }
  return row;
}

ExitStatus export_of_database(const std::string& path, LeaseWriter& writer) {
  auto reader = store::LeaseReader::open_checked(path);
  if (!reader) return fail(reader.error());
  const store::ClockPair clocks = store::ClockPair::now();
  const auto read = reader->for_each(clocks, [&](const store::StoredRecord& record) {
    const bool has_ended = record.expiry && *record.expiry <= clocks.second();
    if (record.change.state == lease::State::free || has_ended) return true;
    return writer.add(json_of(record));
  });
  return read ? ExitStatus::all_right : fail({read.error().sentence});
}

}  // namespace

ExitStatus run_export(const Asking& asking, const ExportCommand& command) {
  auto output = OutputFile::open(command.output);
  if (!output) return fail(output.error());
  LeaseWriter writer(command.format, *output);
  const ExitStatus status = command.database.empty() ? export_of_running(asking, writer)
                                                     : export_of_database(command.database, writer);
  if (status != ExitStatus::all_right) return status;
  const auto written = writer.finish();
  return written ? ExitStatus::all_right : fail(written.error());
}

}  // namespace stentor::ctl
