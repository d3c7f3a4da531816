// What is simulated.  A master is one thread for each access that it may have outstanding; a thread
// waits for its access to end, so that local time never runs ahead.
#include "platform/analyze/world.h"

#include "smmuv3/arch/regs.h"

namespace smmu::platform::analyze {
namespace {

Params with_tbus(Params params, unsigned tbus) {
    params.tbus = tbus;
    params.default_stream_ids.clear();
    return params;
}

}  // namespace

World::World(sc_core::sc_module_name name, Scenario& scenario, const Params& params,
             const Workload& workload, std::function<void(uint64_t)> progress)
    : sc_module(name),
      scenario_(scenario),
      gap_(workload.traffic.gap),
      style_(workload.traffic.coding_style),
      progress_(std::move(progress)),
      smmu_("smmu", with_tbus(params, scenario.tbus())),
      tables_("tables", scenario.tables.memory, workload.memory.table_latency) {
    cpu_.out.bind(smmu_.regs);
    smmu_.ptw.bind(tables_.socket);
    for (unsigned i = 0; i < scenario.tbus(); ++i) {
        ports_.push_back(std::make_unique<Port>(("port" + std::to_string(i)).c_str()));
        ports_.back()->out.bind(smmu_.tbu[i]);
        data_.push_back(std::make_unique<MemoryPort>(
            ("data" + std::to_string(i)).c_str(), scenario.tables.memory, workload.memory.latency));
        smmu_.mem[i].bind(data_.back()->socket);
    }
    sc_core::sc_spawn([this] { start(); }, "start");
    for (size_t m = 0; m < scenario.masters.size(); ++m)
        for (unsigned i = 0; i < scenario.masters[m].outstanding; ++i) {
            ++running_;
            sc_core::sc_spawn([this, m] { run(scenario_.masters[m], *ports_[m % ports_.size()]); });
        }
}

template <class R>
void World::write_register(R value) {
    typename R::raw_type raw = value.raw();
    tlm::tlm_generic_payload p;
    p.set_write();
    p.set_address(R::offset);
    p.set_data_ptr(reinterpret_cast<unsigned char*>(&raw));
    p.set_data_length(sizeof raw);
    p.set_streaming_width(sizeof raw);
    sc_core::sc_time delay;
    cpu_.out->b_transport(p, delay);
    sc_core::wait(delay + sc_core::sc_time(10.0, sc_core::SC_NS));
}

void World::start() {
    write_register(scenario_.tables.base);
    write_register(scenario_.tables.configuration);
    write_register(arch::Cr0{}.set(arch::Cr0::SMMUEN, true));
    is_on_ = true;
    started_.notify();
}

void World::run(Master& master, Port& port) {
    if (!is_on_) sc_core::wait(started_);
    const sc_core::sc_time begin = sc_core::sc_time_stamp();
    const auto slot = std::make_unique<Slot>(master.stream);
    while (master.accesses != 0) {
        --master.accesses;
        const auto request = master.traffic->next();
        if (!request) break;
        const sc_core::sc_time due = begin + sc_core::sc_time::from_value(request->time);
        if (due > sc_core::sc_time_stamp()) sc_core::wait(due - sc_core::sc_time_stamp());

        slot->prepare(*request);
        port.access(*slot, style_);
        progress_(++ended_);
        if (gap_ > sc_core::SC_ZERO_TIME && request->line == 0) sc_core::wait(gap_);
    }
    if (--running_ == 0) sc_core::sc_stop();
}

}  // namespace smmu::platform::analyze
