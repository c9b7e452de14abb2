// SPDX-License-Identifier: BSD-3-Clause
// stentord: the PXE boot appliance. Composition root: what it does is in appliance.cc.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <new>
#include <utility>

#include "appliance.h"
#include "check.h"
#include "command_line.h"
#include "config/advice.h"
#include "control/log.h"
#include "control/loop.h"
#include "control/reload_desk.h"
#include "control/start_watch.h"
#include "control/state_lock.h"
#include "control/supervisor.h"
#include "control_surface.h"
#include "interface_facts.h"
#include "reload.h"
#include "settings_source.h"

namespace stentor {
namespace {

constexpr base::Duration kTick = std::chrono::milliseconds{100};
// After a signal, with a driver that does not return: some wait for their peer for ever.
constexpr base::Duration kDriverPatience = std::chrono::seconds{2};

const char* name_of(int signal) { return signal == SIGTERM ? "SIGTERM" : "SIGINT"; }

int fail(const std::string& sentence) {
  fmt::print(stderr, "stentord: {}\n", sentence);
  return 1;
}

// On the watch's thread, while the control thread prepares or waits for a driver. All that there is
// to give back by then is the process's own, which the kernel takes back sooner than anybody could.
[[noreturn]] void end_at_once(int signal) {
  control::log_info(fmt::format("stopping on {} before anything was served", name_of(signal)));
  std::_Exit(0);
}

base::Result<std::unique_ptr<Appliance>> prepare(const config::Settings& settings, bool take_over,
                                                 const ControlSurface& surface) {
  const auto watch = control::StartWatch::begin({.on_signal = [&surface](int signal) {
    surface.close();
    end_at_once(signal);
  }});
  if (!watch) return tl::unexpected(watch.error());
  return Appliance::prepare(settings, take_over);
}

// The signal that came meanwhile, 0 if none did. With one, it is no failure that no port serves.
base::Result<int> open(Appliance& appliance, const ControlSurface& surface) {
  std::atomic<int> stop{0};  // the watch's thread writes, control reads between two ports
  const auto on_signal = [&](int signal) {
    control::log_info(fmt::format("{}: no port is opened any more", name_of(signal)));
    stop.store(signal);
  };
  const auto on_overdue = [&](int signal) {
    if (!appliance.abandon()) return;
    surface.close();
    control::log_warning("a driver does not return: it is not waited for");
    end_at_once(signal);
  };
  base::Result<void> serving;
  {
    const auto watch = control::StartWatch::begin(
        {.on_signal = on_signal, .on_overdue = on_overdue, .patience = kDriverPatience});
    if (!watch) return tl::unexpected(watch.error());
    serving = appliance.serve(stop);
  }
  if (!serving && stop.load() == 0) return tl::unexpected(std::move(serving).error());
  if (!serving) control::log_warning(serving.error().sentence);
  return stop.load();
}

// After a signal: what has begun may end, for as long as the configuration says or until another
// signal comes, and nothing new begins.
void drain(control::Loop& loop, control::Loop::Handlers handlers, Appliance& appliance) {
  const base::Duration limit = appliance.settings().limits.drain;
  const base::Time end = base::MonotonicClock::now() + limit;
  const auto is_over = [&] {
    return appliance.live_transfers() == 0 || base::MonotonicClock::now() >= end;
  };
  if (is_over()) return;
  appliance.set_draining(true);
  control::log_info(
      fmt::format("it ends with the last transfer, within {} s (limits.drain), or at once by "
                  "another signal",
                  std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
  handlers.is_over = is_over;
  loop.run(kTick, handlers);
}

// Until a signal that ends it, which is returned.
int run_control(control::Loop& loop, const CommandLine& line, Appliance& appliance,
                ControlService& service, control::StateLock& lock, control::ReloadDesk& reloads) {
  const std::string status = fmt::format("serving, {} ports", appliance.settings().ports.size());
  control::Supervisor supervisor;
  supervisor.ready(status);
  bool was_hung_up = false;
  bool has_waited = false;  // for workers, on behalf of who asks
  bool is_stopping = false;
  const auto on_tick = [&](base::Time now) {
    appliance.tick(now);
    supervisor.tick(now, appliance.is_well());
    if (is_stopping) return;
    appliance.set_draining(reloads.wants_drain());
    const bool is_wanted = was_hung_up || reloads.is_asked();
    // Once: whoever looks why a worker does not come must not wait with it.
    const bool waits = !std::exchange(has_waited, is_wanted);
    if (!is_wanted || !(waits ? appliance.waits_to_settle() : appliance.is_settled())) return;
    has_waited = false;
    const bool hung_up = std::exchange(was_hung_up, false);
    const auto asked = hung_up ? std::nullopt : reloads.take();
    if (asked == control::ReloadKind::dry_run) return reloads.decide(try_reload(line, appliance));
    if (!hung_up && !asked) return;
    supervisor.reloading(now);
    control::ReloadOutcome outcome = reload(line, appliance);
    if (auto lack = service.take(appliance.settings().control)) {
      control::log_warning(*lack);
      outcome.warnings.push_back(*std::move(lack));
    }
    supervisor.ready(status);
    if (asked) reloads.decide(std::move(outcome));
  };
  const control::Loop::Handlers handlers{.on_tick = on_tick,
                                         .on_hangup = [&] { was_hung_up = true; },
                                         .news = appliance.image_news(),
                                         .on_news = [&] { appliance.take_images(); },
                                         .wake = reloads.news(),
                                         .lock = &lock};
  const int signal = loop.run(kTick, handlers);
  supervisor.stopping();
  is_stopping = true;
  drain(loop, handlers, appliance);
  if (const auto left = appliance.live_transfers(); left != 0) {
    control::log_warning(fmt::format("transfers that are cut off: {}", left));
  }
  reloads.close();
  return signal;
}

int serve(const config::Settings& settings, const CommandLine& line) {
  if (const auto shared = find_shared_interface(settings)) return fail(*shared);
  control::set_log_level(settings.log_level);
  for (const std::string& sentence : config::advice(settings)) control::log_warning(sentence);
  auto loop = control::Loop::make();
  if (!loop) return fail(loop.error().sentence);
  auto surface = ControlSurface::open(settings.control);
  if (!surface) return fail(surface.error().sentence);
  auto appliance = prepare(settings, line.take_over, *surface);
  if (!appliance) return fail(appliance.error().sentence);
  control::StateLock lock;
  const auto stopped = open(**appliance, *surface);
  if (!stopped) return fail(stopped.error().sentence);
  if (*stopped != 0) {
    control::log_info(fmt::format("stopping on {} before anything was served", name_of(*stopped)));
    return 0;
  }
  control::ReloadDesk reloads;
  auto service = ControlService::start(*surface, **appliance, lock, reloads);
  if (!service) return fail(service.error().sentence);
  const int signal = run_control(*loop, line, **appliance, **service, lock, reloads);
  // Before who reads what workers tell: who has just got what it boots once would boot it again.
  (*appliance)->end_workers();
  service->reset();
  surface->close();
  control::log_info(fmt::format("stopping on {}; {}", name_of(signal), (*appliance)->summary()));
  return 0;
}

// Alone on standard output, for scripts.
int print_hugepages_needed(const config::Settings& settings) {
  control::set_log_level(config::LogLevel::error);
  const auto bytes = Appliance::hugepages_needed(settings);
  if (!bytes) return fail(bytes.error().sentence);
  fmt::print("{}\n", (*bytes + 0xfffff) >> 20);
  return 0;
}

int run(int argument_count, char** arguments) {
  const auto parsed = parse_command_line(argument_count, arguments);
  if (const auto* finished = std::get_if<Finished>(&parsed)) return finished->exit_status;
  const auto& line = std::get<CommandLine>(parsed);
  if (const auto* check = std::get_if<CheckFile>(&line.action)) return check_config(check->config);
  const auto settings = read_settings(line, /*prints_derived=*/!line.hugepages_needed);
  if (!settings) {
    // What is wrong with a file says where; what is wrong with an interface is our own sentence.
    const bool has_file = std::holds_alternative<ServeFile>(line.action);
    for (const std::string& error : settings.error()) {
      fmt::print(stderr, "{}{}\n", has_file ? "" : "stentord: ", error);
    }
    return 1;
  }
  if (line.hugepages_needed) return print_hugepages_needed(*settings);
  return serve(*settings, line);
}

}  // namespace
}  // namespace stentor

int main(int argument_count, char** arguments) {
  try {
    return stentor::run(argument_count, arguments);
  } catch (const std::bad_alloc&) {
    return stentor::fail(
        "there is not enough memory to start: lower tftp.transfers-max, serve fewer "
        "images, or give this process more memory");
  } catch (const std::exception& error) {
    return stentor::fail(error.what());
  }
}
