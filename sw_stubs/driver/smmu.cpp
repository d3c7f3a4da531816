// Bring-up in the order that the architecture asks for; the order of register writes is the content
// of this file.
#include "sw_stubs/driver/smmu.h"

#include "sw_stubs/driver/command_batch.h"
#include "sw_stubs/driver/commands.h"
#include "sw_stubs/driver/entry_writer.h"
#include "sw_stubs/driver/ste.h"

namespace smmu::sw {

using namespace arch;

namespace {

/// 256 commands, 128 events, 256 page requests, a page each; an SMMU may have less.
constexpr unsigned command_queue_log2 = 8;
constexpr unsigned event_queue_log2 = 7;
constexpr unsigned pri_queue_log2 = 8;

unsigned smaller(unsigned a, unsigned b) { return a < b ? a : b; }

/// Tables and queues are accessed as write-back, Inner Shareable.
constexpr Cr1 cr1() {
    constexpr uint8_t write_back = 1;
    constexpr uint8_t inner = 3;
    return Cr1{}
        .set(Cr1::TABLE_SH, inner)
        .set(Cr1::TABLE_OC, write_back)
        .set(Cr1::TABLE_IC, write_back)
        .set(Cr1::QUEUE_SH, inner)
        .set(Cr1::QUEUE_OC, write_back)
        .set(Cr1::QUEUE_IC, write_back);
}

}  // namespace

const char* describe(Status status) {
    switch (status) {
        case Status::Done: return "done";
        case Status::OutOfMemory: return "no memory left for SMMU tables";
        case Status::NoSuchStream: return "the StreamID is beyond the stream table";
        case Status::NotAcknowledged: return "the SMMU does not acknowledge a control register";
        case Status::CommandFailed: return "the SMMU does not complete its commands";
    }
    return "unknown status";
}

Status Smmu::prepare(uint64_t base, const Features& features, Arena& arena) {
    registers_ = Registers{base, features.page0_only ? PageOne::InPageZero : PageOne::OwnPage};
    features_ = features;
    arena_ = &arena;
    const bool has_room =
        commands_.allocate(arena, registers_,
                           smaller(command_queue_log2, features.command_queue_log2)) &&
        events_.allocate(arena, registers_, smaller(event_queue_log2, features.event_queue_log2)) &&
        streams_.allocate(arena, features) &&
        (!features.pri || page_requests_.allocate(
                              arena, registers_, smaller(pri_queue_log2, features.pri_queue_log2)));
    return has_room ? Status::Done : Status::OutOfMemory;
}

/// An SMMU that somebody left running is told to abort what arrives before it stops translating.
bool Smmu::disable() {
    enabled_ = false;
    if (registers_.read<Cr0>()[Cr0::SMMUEN]) {
        const auto updated = [&] { return !registers_.read<Gbpa>()[Gbpa::Update]; };
        if (!poll(updated)) return false;
        registers_.write(registers_.read<Gbpa>().set(Gbpa::ABORT, true).set(Gbpa::Update, true));
        if (!poll(updated)) return false;
    }
    cr0_ = Cr0{};
    return registers_.write_and_wait<Cr0Ack>(cr0_);
}

bool Smmu::enable(Cr0 more) {
    cr0_.word[0] |= more.word[0];
    return registers_.write_and_wait<Cr0Ack>(cr0_);
}

Status Smmu::forget_everything() {
    const auto complete = [&](const Command& command) {
        commands_.insert(command);
        return commands_.sync() == Completion::Done;
    };
    const bool done = complete(commands::forget_configuration()) &&
                      (!features_.hyp || complete(commands::forget_el2())) &&
                      complete(commands::forget_all_translations());
    return done ? Status::Done : Status::CommandFailed;
}

bool Smmu::start_page_requests() {
    registers_.write(page_requests_.base());
    page_requests_.reset();
    return enable(Cr0{}.set(Cr0::PRIQEN, true));
}

Status Smmu::reset(Interrupts interrupts, const InterruptMessages& messages) {
    if (!disable()) return Status::NotAcknowledged;
    registers_.write(cr1());
    registers_.write(Cr2{}.set(Cr2::PTM, true).set(Cr2::RECINVSID, true));
    registers_.write(streams_.base());
    registers_.write(streams_.configuration());

    registers_.write(commands_.base());
    commands_.reset();
    if (!enable(Cr0{}.set(Cr0::CMDQEN, true))) return Status::NotAcknowledged;
    if (const Status s = forget_everything(); s != Status::Done) return s;

    registers_.write(events_.base());
    events_.reset();
    if (!enable(Cr0{}.set(Cr0::EVENTQEN, true))) return Status::NotAcknowledged;
    if (features_.pri && !start_page_requests()) return Status::NotAcknowledged;
    if (features_.ats && !enable(Cr0{}.set(Cr0::ATSCHK, true))) return Status::NotAcknowledged;
    if (!set_interrupts(interrupts, messages)) return Status::NotAcknowledged;
    if (!enable(Cr0{}.set(Cr0::SMMUEN, true))) return Status::NotAcknowledged;
    enabled_ = true;
    return Status::Done;
}

/// forget() makes the SMMU read the entry again; an SMMU that is not enabled has not read it yet.
template <class Entry, class Forget>
Status Smmu::put(volatile Entry& live, const Entry& to, Forget forget) {
    Completion worst = Completion::Done;
    port::dma_barrier();  // what the entry leads to is in memory before the entry
    EntryWriter writer(
        live,
        [&](volatile uint64_t& word, uint64_t value) {
            word = value;
            arena_->publish(&word, sizeof word);
        },
        [&] {
            const Completion c = enabled_ ? forget() : Completion::Done;
            if (c != Completion::Done) worst = c;
        });
    writer.write(to);
    return worst == Completion::Done ? Status::Done : Status::CommandFailed;
}

Status Smmu::set_stream(StreamId stream, const Ste& ste) {
    const SteSlot slot = streams_.slot(stream);
    if (slot.entry == nullptr) return Status::NoSuchStream;
    if (slot.created && enabled_) {
        const Command forget_level_1 = commands::forget_stream(stream);
        if (commands_.run(&forget_level_1, 1) != Completion::Done) return Status::CommandFailed;
    }
    const Command forget = commands::forget_ste(stream);
    const Status status = put(*slot.entry, ste, [&] { return commands_.run(&forget, 1); });
    if (enabled_ && !features_.skip_prefetch) commands_.insert(commands::prefetch(stream));
    return status;
}

Completion Smmu::forget_context(const ContextUsers& users, bool leaf) {
    CommandBatch batch(commands_);
    for (unsigned i = 0; i < users.count; ++i)
        batch.add(commands::forget_cd(users.streams[i], users.substream, leaf));
    return batch.flush();
}

Status Smmu::set_context(const ContextUsers& users, const CdSlot& live, const Cd& cd) {
    if (live.entry == nullptr) return Status::OutOfMemory;
    if (live.created && enabled_ && forget_context(users, false) != Completion::Done)
        return Status::CommandFailed;
    return put(*live.entry, cd, [&] { return forget_context(users, true); });
}

Status Smmu::set_context(StreamId stream, volatile Cd& live, const Cd& cd) {
    return set_context({&stream, 1, {0}}, {&live, false}, cd);
}

Gerror Smmu::handle_errors() {
    constexpr uint32_t known = 0x1FD;
    const uint32_t raised = registers_.read<Gerror>().raw();
    const uint32_t acknowledged = registers_.read<Gerrorn>().raw();
    const Gerror active{{{(raised ^ acknowledged) & known}}};
    if (active.raw() == 0) return active;
    if (active[Gerror::SFM_ERR]) disable();
    if (active[Gerror::CMDQ_ERR]) commands_.recover();
    registers_.write(Gerrorn{{{(acknowledged & ~known) | (raised & known)}}});
    return active;
}

}  // namespace smmu::sw
