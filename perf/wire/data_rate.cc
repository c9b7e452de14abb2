// SPDX-License-Identifier: BSD-3-Clause
// How many DATA frames a second workers put on devices, and what one costs in TSC cycles: whole
// workers that share all that stentord's share (leases, files, snapshots, rings), each over a null
// device with clients of its own that download without end (download_queue.h). Prints one JSON
// object: of the cycles a frame, what is the worker's, the driver's and the clients', and how many
// of the worker's are readings of the clock by this program.
#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <thread>

#include "../micro/thread_switches.h"
#include "download_queue.h"
#include "dpdk/eal.h"
#include "dpdk/eal_memory.h"
#include "dpdk/packet_pool.h"
#include "dpdk/port.h"
#include "resident.h"
#include "support/service.h"
#include "undisturbed.h"
#include "worker/worker.h"

namespace stentor::perf {
namespace {

struct Options {
  DownloadOptions download;
  unsigned workers = 1;
  std::vector<unsigned> cores;  // one a worker
  std::uint64_t image_mib = 1;  // of all files
  std::uint64_t file_kib = 0;   // of each; 0: their share of image_mib
  std::uint32_t files = 1;
  std::uint32_t spare_transfers = 1;  // of each worker, beside its clients
  double seconds = 1;
  double warm_up = 0.2;
  bool compares_checksums = false;
  bool times_loops = false;
  bool spreads = false;                  // the devices are queues of one that spreads flows
  bool knows_spread = false;             // likewise, and the workers know how
  unsigned publications_per_second = 0;  // of snapshots that were made before
  unsigned reloads_per_second = 0;       // from the configuration's text on; the most that are made
  bool hugepages = true;

  [[nodiscard]] std::uint64_t file_bytes() const {
    return file_kib != 0 ? file_kib << 10 : (image_mib << 20) / files;
  }
};

template <typename T>
T value_or_exit(base::Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "data_rate: %s\n", result.error().sentence.c_str());
  std::exit(1);
}

// A stretch of a run in which every DATA frame is made with a checksum, or none is.
struct Slice {
  bool omits_checksums = false;
  double worker_cycles_per_frame = 0;
};

// Short beside what the machine does to a run, long beside the change from one to the other.
constexpr std::uint64_t kSlicesASecond = 500;

// What all workers serve from.
class Appliance {
 public:
  explicit Appliance(const Options& options)
      : files_(names(options.files)),
        service_(support::kOneNetworkConfig, images(files_, options.file_bytes()), options.workers,
                 std::make_unique<dpdk::EalMemory>(-1)),
        mesh_(options.workers),
        probes_(options.workers, 1, support::Service::kKey) {
    if (options.spreads || options.knows_spread) {
      // A request may be on its way beside the ACK before it.
      device_.emplace(static_cast<std::uint16_t>(options.workers), 2 * options.download.clients);
    }
    const double publications = options.publications_per_second * options.seconds;
    for (unsigned i = 0; i < static_cast<unsigned>(publications); ++i) {
      prepared_.push_back(service_.copy_snapshot());
    }
  }

  // Control, while the workers run: the next snapshot is the current one, and those that nobody has
  // go.
  void publish() {
    if (prepared_.empty()) return;
    service_.snapshots().publish(std::move(prepared_.back()));
    prepared_.pop_back();
    service_.snapshots().reclaim();
  }

  // Control, while the workers run: another configuration and back, unless a worker has not come to
  // the last one yet.
  void reload() {
    if (!service_.settle()) return;
    static const std::string kOther = std::string(support::kOneNetworkConfig) + kMore;
    const bool is_back = reloads_ % 2 == 1;
    CHECK(service_.reload(is_back ? support::kOneNetworkConfig : kOther,
                          base::MonotonicClock::now()));
    ++reloads_;
  }
  [[nodiscard]] std::uint64_t reloads() const { return reloads_; }

  [[nodiscard]] std::span<const std::string> files() const { return files_; }
  // Null: the device steers each frame to its worker.
  [[nodiscard]] SpreadingDevice* device() { return device_ ? &*device_ : nullptr; }
  worker::Shared<DownloadQueue> shared() {
    return {service_.snapshots(), mesh_, probes_, solicitations_, support::Service::kKey};
  }

 private:
  static constexpr const char* kMore =
      "boot: {rules: [{file: image-0}]}\nlimits: {discovers-per-client: 20/s}\n";

  static std::vector<std::string> names(std::uint32_t count) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < count; ++i) names.push_back("image-" + std::to_string(i));
    return names;
  }
  static std::map<std::string, support::ByteVector> images(const std::vector<std::string>& names,
                                                           std::uint64_t file_bytes) {
    std::map<std::string, support::ByteVector> images;
    // One byte more than a power of two: the last block is short.
    for (const std::string& name : names) images[name] = support::patterned(file_bytes + 1);
    return images;
  }

  const std::vector<std::string> files_;
  support::Service service_;
  worker::HandOverMesh<DownloadQueue::Frame> mesh_;
  worker::ProbeBoard probes_;
  worker::SolicitationBoard solicitations_{1, support::Service::kKey[0]};
  std::optional<SpreadingDevice> device_;
  std::vector<std::unique_ptr<const worker::Snapshot>> prepared_;  // control's
  std::uint64_t reloads_ = 0;                                      // likewise
};

// A worker, the device that is its queue of the port, and its clients.
class Lane {
 public:
  Lane(unsigned index, const Options& options, Appliance& appliance)
      : options_(options),
        port_(value_or_exit(dpdk::Port::open(port_options(index), log))),
        pool_(
            value_or_exit(dpdk::PacketPool::make("data_rate" + std::to_string(index), kPool, -1))),
        segments_(value_or_exit(dpdk::SegmentPool::make(
            "blocks of data_rate" + std::to_string(index), kPool.segments(), kPool.workers, -1))),
        device_(queue_setup(index)),
        queue_(device_, options.download, appliance.files(),
               {.key = appliance.shared().key,
                .worker = static_cast<std::uint16_t>(index),
                .workers = options.workers,
                .device = appliance.device()}),
        attachments_{{{0, &queue_, static_cast<std::uint16_t>(index)}}},
        worker_(static_cast<worker::WorkerIndex>(index), attachments_, appliance.shared(),
                options.download.clients + options.spare_transfers, index,
                base::MonotonicClock::now()) {
    if (options.knows_spread) queue_.tell_spread();
  }
  ~Lane() { worker_.release_frames(); }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  static dpdk::PortOptions port_options(unsigned index) {
    return {.name = "null" + std::to_string(index),
            .device = *config::DeviceSpec::parse("vdev:net_null" + std::to_string(index)),
            .queue_nodes = {-1},
            .silence = {}};
  }
  static void log(config::LogLevel, const std::string&) {}
  static std::uint64_t memory_bytes(unsigned index) {
    return dpdk::Port::memory_bytes(port_options(index)) + kPool.bytes() +
           dpdk::SegmentPool::bytes(kPool.segments(), kPool.workers);
  }

  // The worker's thread. Every lane measures the same stretch: while all of them run.
  void run(std::uint64_t begin, std::uint64_t end) {
    std::uint64_t now = rte_rdtsc();
    while (now < begin) now = loop();
    queue_.reset();
    loops_ = 0;
    slices_.reserve(static_cast<std::size_t>(options_.seconds * kSlicesASecond) + 1);
    const std::uint64_t started = now;
    while (now < end && !is_over()) {
      now = options_.compares_checksums                 ? slice(now)
            : options_.times_loops                      ? timed_loop(now)
            : options_.download.arrivals_per_second > 0 ? turnaround_slice(now)
                                                        : loop();
    }
    cycles_ = now - started;
    worker_.park();
  }

  [[nodiscard]] DownloadQueue& queue() { return queue_; }
  // In TSC cycles, each; with times_loops.
  [[nodiscard]] const base::Histogram& loop_times() const { return loop_times_; }
  [[nodiscard]] std::uint64_t cycles() const { return cycles_; }
  [[nodiscard]] std::uint64_t clock_readings() const {
    return queue_.totals().clock_readings + loops_;
  }
  [[nodiscard]] const std::vector<Slice>& slices() const { return slices_; }
  // With arrivals.
  [[nodiscard]] const Undisturbed& undisturbed() const { return undisturbed_; }

 private:
  // With checksums, without, without, with, with...: a machine that slows down favours neither.
  std::uint64_t slice(std::uint64_t begin) {
    const bool omits = (slices_.size() + 1) / 2 % 2 == 1;
    queue_.omit_checksums(omits);
    const DownloadTotals before = queue_.totals();
    const std::uint64_t end = begin + rte_get_tsc_hz() / kSlicesASecond;
    std::uint64_t now = begin;
    while (now < end) now = loop();
    const DownloadTotals own = queue_.totals() - before;
    const std::uint64_t worker = now - begin - own.client_cycles - own.driver_cycles;
    slices_.push_back({omits, static_cast<double>(worker) /
                                  static_cast<double>(std::max(own.frames, std::uint64_t{1}))});
    return now;
  }

  std::uint64_t turnaround_slice(std::uint64_t begin) {
    const std::uint64_t end = begin + rte_get_tsc_hz() / Undisturbed::kSlicesASecond;
    const long switches = thread_switches();
    std::uint64_t now = begin;
    while (now < end) now = loop();
    const base::Histogram slice = queue_.take_slice();
    const bool is_disturbed = thread_switches() != switches;
    undisturbed_.add(slice, is_disturbed);
    return now;
  }

  std::uint64_t timed_loop(std::uint64_t begin) {
    const std::uint64_t now = loop();
    loop_times_.add(now - begin);
    return now;
  }

  // The clock is read for the measurement's end: one reading more that lies with the worker.
  std::uint64_t loop() {
    ++loops_;
    worker_.poll(base::MonotonicClock::now());
    return rte_rdtsc();
  }
  static constexpr dpdk::PoolSize kPool{.queues = 1,
                                        .rx_descriptors = 0,
                                        .tx_descriptors = 256,
                                        .frames_held = 256,
                                        .workers = 1,
                                        .frame_bytes = 1600};

  // net_null takes chains and does not say so: the port's own queue would always copy.
  [[nodiscard]] dpdk::QueueSetup queue_setup(unsigned index) const {
    dpdk::QueueSetup setup{.queue = 0,
                           .pool = pool_.get(),
                           .segments = options_.download.copies ? nullptr : segments_.get(),
                           .traits = port_->traits()};
    const std::string device = "net_null" + std::to_string(index);
    CHECK(rte_eth_dev_get_port_by_name(device.c_str(), &setup.port) == 0);
    return setup;
  }

  [[nodiscard]] bool is_over() const {
    return options_.download.stops && queue_.ends().size() == options_.download.clients;
  }

  const Options& options_;
  std::unique_ptr<dpdk::Port> port_;
  dpdk::PacketPool pool_;
  dpdk::SegmentPool segments_;
  dpdk::Queue device_;
  DownloadQueue queue_;
  const std::array<worker::Attachment<DownloadQueue>, 1> attachments_;
  worker::Worker<DownloadQueue> worker_;
  std::uint64_t cycles_ = 0;
  std::uint64_t loops_ = 0;
  std::vector<Slice> slices_;
  Undisturbed undisturbed_;
  base::Histogram loop_times_;
};

double microseconds(std::uint64_t cycles) {
  return static_cast<double>(cycles) * 1e6 / static_cast<double>(rte_get_tsc_hz());
}

// Slowest against median end, as a multiple of the time since the first loop.
double spread_of(const std::vector<std::uint64_t>& ends, std::uint64_t begin) {
  if (ends.empty()) return 0;
  return static_cast<double>(ends.back() - begin) /
         static_cast<double>(ends[ends.size() / 2] - begin);
}

// What one reading of the clock takes, in cycles of that clock.
double reading_cycles() {
  constexpr unsigned kReadings = 100'000;
  const std::uint64_t begin = rte_rdtsc();
  std::uint64_t end = begin;
  for (unsigned i = 0; i < kReadings; ++i) end = rte_rdtsc();
  return static_cast<double>(end - begin) / kReadings;
}

// Of all lanes together; rates are sums of each lane's own.
struct Result {
  DownloadTotals totals;
  std::uint64_t cycles = 0;
  std::uint64_t clock_readings = 0;
  double frames_per_second = 0;
  double frames_per_second_of_server = 0;  // as if the clients took no time
  double bytes_per_second = 0;
  base::Histogram turnaround;

  void add(Lane& lane) {
    const DownloadTotals& own = lane.queue().totals();
    const auto frames = static_cast<double>(own.frames);
    const double seconds = microseconds(lane.cycles()) / 1e6;
    frames_per_second += frames / seconds;
    frames_per_second_of_server += frames / (microseconds(lane.cycles() - own.client_cycles) / 1e6);
    bytes_per_second += static_cast<double>(own.bytes) / seconds;
    totals.frames += own.frames;
    totals.client_cycles += own.client_cycles;
    totals.driver_cycles += own.driver_cycles;
    cycles += lane.cycles();
    clock_readings += lane.clock_readings();
    totals.resent += own.resent;
    turnaround.add(lane.queue().turnaround());
  }
  [[nodiscard]] double a_frame(double of_all) const {
    return of_all / static_cast<double>(totals.frames);
  }
  [[nodiscard]] double a_frame(std::uint64_t of_all) const {
    return a_frame(static_cast<double>(of_all));
  }
};

// Whole ones, and by how much the process grew in the second half of them.
struct Reloads {
  std::uint64_t count = 0;
  std::int64_t grown_bytes = 0;
};

void print_slices(const std::vector<Slice>& slices) {
  std::fputs(", \"slices\": [", stdout);
  const char* separator = "";
  for (const Slice& slice : slices) {
    std::printf("%s{\"checksums\": %s, \"worker\": %.2f}", std::exchange(separator, ", "),
                slice.omits_checksums ? "false" : "true", slice.worker_cycles_per_frame);
  }
  std::fputs("]", stdout);
}

void print(const std::vector<std::unique_ptr<Lane>>& lanes, std::uint64_t begin,
           const Reloads& reloads) {
  Result all;
  for (const auto& lane : lanes) all.add(*lane);
  std::printf(
      "{\"frames\": %llu, \"frames_per_second\": %.0f, \"frames_per_second_of_server\": %.0f, "
      "\"bytes_per_second\": %.0f, \"tsc_cycles_per_frame\": {\"all\": %.2f, \"worker\": %.2f, "
      "\"driver\": %.2f, \"clients\": %.2f, \"clock\": %.2f}, \"blocks_resent\": %llu, "
      "\"turnaround_us\": {\"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f}, "
      "\"slowest_to_median\": %.4f",
      static_cast<unsigned long long>(all.totals.frames), all.frames_per_second,
      all.frames_per_second_of_server, all.bytes_per_second, all.a_frame(all.cycles),
      all.a_frame(all.cycles - all.totals.client_cycles - all.totals.driver_cycles),
      all.a_frame(all.totals.driver_cycles), all.a_frame(all.totals.client_cycles),
      all.a_frame(static_cast<double>(all.clock_readings) * reading_cycles()),
      static_cast<unsigned long long>(all.totals.resent),
      microseconds(all.turnaround.quantile(0.5)), microseconds(all.turnaround.quantile(0.99)),
      microseconds(all.turnaround.max()), spread_of(lanes.front()->queue().ends(), begin));
  const base::Histogram& loops = lanes.front()->loop_times();
  if (loops.count() != 0) {
    std::printf(", \"loop_us\": {\"p50\": %.2f, \"p999\": %.2f}", microseconds(loops.quantile(0.5)),
                microseconds(loops.quantile(0.999)));
  }
  if (!lanes.front()->slices().empty()) print_slices(lanes.front()->slices());
  const Undisturbed& undisturbed = lanes.front()->undisturbed();
  if (undisturbed.slices != 0) {
    std::printf(", \"undisturbed\": {\"turnaround_p99_us\": %.2f, \"share\": %.4f}",
                microseconds(undisturbed.turnaround.quantile(0.99)),
                static_cast<double>(undisturbed.counted) / undisturbed.slices);
  }
  if (reloads.count != 0) {
    std::printf(", \"reloads\": %llu, \"grown_bytes\": %lld",
                static_cast<unsigned long long>(reloads.count),
                static_cast<long long>(reloads.grown_bytes));
  }
  std::puts("}");
}

// Until the end of the stretch that is measured, on the control thread.
Reloads control(Appliance& appliance, const Options& options, std::uint64_t end) {
  const unsigned per_second = std::max(options.publications_per_second, options.reloads_per_second);
  if (per_second == 0) return {};
  const std::uint64_t middle = end - (end - rte_rdtsc()) / 2;
  std::int64_t there = 0;
  const std::chrono::nanoseconds period{1'000'000'000 / per_second};
  for (auto next = std::chrono::steady_clock::now(); rte_rdtsc() < end; next += period) {
    std::this_thread::sleep_until(next);
    if (there == 0 && rte_rdtsc() > middle) there = resident_bytes();
    options.reloads_per_second != 0 ? appliance.reload() : appliance.publish();
  }
  return {appliance.reloads(), resident_bytes() - there};
}

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("DATA frames a second of whole workers over null devices");
  app.add_option("--window", options.download.window, "blocks a window")->check(CLI::Range(1, 64));
  app.add_option("--blksize", options.download.blksize, "bytes")->check(CLI::Range(8, 1468));
  app.add_option("--clients", options.download.clients, "of each worker")
      ->check(CLI::Range(1, 100'000));
  auto* image = app.add_option("--image-mib", options.image_mib, "of all files");
  image->check(CLI::Range(1, 4096));
  app.add_option("--file-kib", options.file_kib, "of each file")
      ->check(CLI::Range(1, 4096))
      ->excludes(image);
  app.add_option("--files", options.files, "client i fetches file i modulo their number")
      ->check(CLI::Range(1, 16'384));
  app.add_option("--cores", options.cores, "one worker on each")->delimiter(',');
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.01, 600.0));
  app.add_option("--arrivals", options.download.arrivals_per_second,
                 "frames of clients a second, at random times; 0: as soon as they can be")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--spare-transfers", options.spare_transfers,
                 "that a worker has room for beside its clients'")
      ->check(CLI::Range(1, 100'000));
  auto* requests = app.add_option("--flood-requests", options.download.flood_requests_per_second,
                                  "a second, from addresses at random");
  requests->check(CLI::PositiveNumber);
  app.add_option("--flood-acks", options.download.flood_acks_per_second, "likewise")
      ->check(CLI::PositiveNumber)
      ->excludes(requests);
  app.add_flag("--copy", options.download.copies, "copy blocks into the frames");
  app.add_flag("--compare-checksums", options.compares_checksums,
               "slices with and without them in turn; prints each, of the first core");
  app.add_flag("--time-loops", options.times_loops, "what a loop takes, of the first core");
  app.add_option("--publications", options.publications_per_second,
                 "of prepared snapshots, a second, each for all workers")
      ->check(CLI::Range(1, 10'000))
      ->excludes(app.add_option("--reloads", options.reloads_per_second,
                                "whole ones, a second, at the most")
                     ->check(CLI::Range(1, 10'000)));
  app.add_flag("--spread", options.spreads,
               "clients' frames come in by any worker's queue, as the hash of their flow has it");
  app.add_flag("--known-spread", options.knows_spread, "likewise, and the workers know the hash");
  app.add_flag("--once", options.download.stops, "each client fetches the file once");
  app.add_flag("!--no-hugepages", options.hugepages);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (options.cores.empty()) options.cores = {std::thread::hardware_concurrency() - 1};
  options.workers = static_cast<unsigned>(options.cores.size());
  if (options.download.stops) options.warm_up = 0;
  return options;
}

int run(int argc, char** argv) {
  const Options options = parse(argc, argv);
  std::uint64_t memory =
      options.files * options.file_bytes() + options.workers * (std::uint64_t{64} << 20);
  for (unsigned i = 0; i < options.workers; ++i) {
    memory += Lane::memory_bytes(i);
  }
  using Mode = config::Workers::HugepageMode;
  const auto eal =
      value_or_exit(dpdk::Eal::start({.control_core = 0,
                                      .worker_cores = options.cores,
                                      .hugepages = options.hugepages ? Mode::automatic : Mode::none,
                                      .memory_bytes = memory,
                                      .devices = {}},
                                     Lane::log));
  Appliance appliance(options);
  std::vector<std::unique_ptr<Lane>> lanes;
  for (unsigned i = 0; i < options.workers; ++i) {
    lanes.push_back(std::make_unique<Lane>(i, options, appliance));
  }
  const auto hz = static_cast<double>(rte_get_tsc_hz());
  const std::uint64_t begin = rte_rdtsc() + static_cast<std::uint64_t>(options.warm_up * hz);
  const std::uint64_t end = begin + static_cast<std::uint64_t>(options.seconds * hz);
  for (unsigned i = 0; i < options.workers; ++i) {
    eal->launch(i, [&lane = *lanes[i], begin, end] { lane.run(begin, end); });
  }
  const Reloads reloads = control(appliance, options, end);
  eal->wait();
  print(lanes, begin, reloads);
  return 0;
}

}  // namespace
}  // namespace stentor::perf

int main(int argc, char** argv) { return stentor::perf::run(argc, argv); }
