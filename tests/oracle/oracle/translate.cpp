// From StreamID to outcome, in the order of 7.3.22.
#include "oracle/translate.h"

#include <algorithm>

namespace oracle {

namespace {

class Procedure {
public:
    Procedure(const Registers& r, Memory& memory, const Access& access, const Choosing& picks)
        : r_(r),
          access_(access),
          walker_(r, memory,
                  {result_.fetches, result_.updates, result_.trace.passed, result_.lost_race},
                  result_.choosing) {
        result_.stream = access.stream;
        result_.choosing.picks = picks.picks;
        need_ = {access.write, access.privileged, access.instruction && !access.write};
        attributes_ = access.attributes;
    }

    Result run() {
        if (!r_.smmuen) {
            global_bypass();
            return std::move(result_);
        }
        if (translates()) {
            result_.action = Action::Forward;
            result_.attributes = ensure_consistent(attributes_);
        } else if (fault_.id != 0) {
            stop();
        }
        return std::move(result_);
    }

private:
    Choosing& choosing() { return result_.choosing; }
    Trace& trace() { return result_.trace; }
    const Ste& ste() const { return result_.trace.ste; }
    bool fault(uint8_t id) {
        fault_ = {};
        fault_.id = id;
        return false;
    }

    void global_bypass() {
        if (bit(r_.gbpa, 20) || exceeds(access_.address, r_.oas())) return;
        override_by(overrides_of_gbpa(r_));
        result_.action = Action::Forward;
        result_.address = access_.address;
        result_.attributes = ensure_consistent(attributes_);
    }

    /// 13.1.4, 13.1.2: INSTCFG does not act on writes.
    void override_by(const Overrides& o) {
        attributes_ = replace(o, attributes_, choosing());
        if (o.privcfg == 0b10) need_.privileged = false;
        if (o.privcfg == 0b11) need_.privileged = true;
        if (o.instcfg == 0b10) need_.instruction = false;
        if (o.instcfg == 0b11 && !need_.write) need_.instruction = true;
    }

    // --- Stream table: 3.3.1, 5.1, 6.3.24, 6.3.25

    bool read_structure(Read what, uint64_t address, unsigned words, uint64_t* to) {
        if (exceeds(address, r_.oas()) && choosing().pick(Choice::ST_16) == 1) {
            fault(F_STE_FETCH);
            fault_.fetch = address;
            return false;
        }
        Fetch f{what, 0, bits(address, r_.oas() - 1, 0), words, table_attributes(), {}, 0, 0};
        if (walker_.read(f, to)) return true;
        fault(F_STE_FETCH);
        fault_.fetch = f.address;
        fault_.of_last_read = true;
        return false;
    }
    Attributes table_attributes() const {
        return table_fields(bits(r_.cr1, 7, 6), bits(r_.cr1, 9, 8), bits(r_.cr1, 11, 10),
                            bit(r_.strtab_base, 62));
    }

    bool find_ste() {
        const auto log2size = static_cast<unsigned>(bits(r_.strtab_base_cfg, 5, 0));
        const uint64_t sid = access_.stream;
        if (exceeds(sid, std::min(log2size, r_.sidsize()))) return fault(C_BAD_STREAMID);

        const uint64_t base = bits(r_.strtab_base, r_.oas() - 1, 6) << 6;
        uint64_t address = aligned(base, log2size + 6) + sid * 64;
        if (r_.two_level() && bits(r_.strtab_base_cfg, 17, 16) == 0b01) {
            auto split = static_cast<unsigned>(bits(r_.strtab_base_cfg, 10, 6));
            if (split != 8 && split != 10) split = 6;
            const unsigned align = log2size > split ? std::max(6u, log2size - split + 3) : 6;
            uint64_t l1std = 0;
            if (!read_structure(Read::L1Std, aligned(base, align) + (sid >> split) * 8, 1, &l1std))
                return false;
            const auto span = static_cast<unsigned>(bits(l1std, 4, 0));
            const uint64_t index = bits(sid, split - 1, 0);
            if (span == 0 || span >= 12 || span > split + 1) return fault(C_BAD_STREAMID);
            if (index >= uint64_t{1} << (span - 1)) return fault(C_BAD_STREAMID);
            address = aligned(bits(l1std, 55, 6) << 6, 5 + span) + index * 64;
        }
        if (!read_structure(Read::Ste, address, 8, trace().ste.w)) return false;
        if (is_illegal(ste(), r_, choosing())) return fault(C_BAD_STE);
        trace().has_ste = true;
        return true;
    }

    // --- Context: 3.3.2, 5.2 S1DSS, 5.3

    /// Which CD, or none because stage 1 is bypassed.
    bool choose_context() {
        const unsigned cdmax = ste().stage1() && r_.ssidsize() != 0 ? ste().s1cdmax() : 0;
        if (access_.ssv) {
            if (cdmax == 0 || exceeds(access_.substream, cdmax)) return fault(C_BAD_SUBSTREAMID);
            if (ste().s1dss() == 0b10 && access_.substream == 0) return fault(F_STREAM_DISABLED);
            return true;
        }
        if (cdmax == 0 || ste().s1dss() == 0b10) return true;
        if (ste().s1dss() != 0b01) return fault(F_STREAM_DISABLED);
        trace().stage1 = false;
        return true;
    }

    bool cd_read(Read what, uint64_t address, unsigned words, uint64_t* to) {
        Fetch f{what,
                0,
                address,
                words,
                cd_fields(ste().s1cir(), ste().s1cor(), ste().s1csh()),
                share_field(ste().s1csh()),
                class_cd,
                0};
        Fault of_read;
        if (walker_.read_nested(ste(), class_cd, f, to, of_read)) return true;
        fault_ = of_read;
        if (of_read.id == 0) {
            fault(F_CD_FETCH);
            fault_.fetch = f.address;
            fault_.of_last_read = true;
        }
        return false;
    }

    bool find_cd() {
        const unsigned cdmax = r_.ssidsize() != 0 ? ste().s1cdmax() : 0;
        const uint64_t ssid = access_.ssv ? access_.substream : 0;
        const uint64_t pointer = ste().s1contextptr();
        const unsigned split = cdmax == 0           ? 0
                               : ste().s1fmt() == 1 ? 6
                               : ste().s1fmt() == 2 ? 10
                                                    : 0;
        uint64_t address = aligned(pointer, cdmax + 6) + ssid * 64;
        if (split != 0) {
            const unsigned align = cdmax > split ? std::max(6u, cdmax - split + 3) : 6;
            uint64_t l1cd = 0;
            if (!cd_read(Read::L1Cd, aligned(pointer, align) + (ssid >> split) * 8, 1, &l1cd))
                return false;
            if (!bit(l1cd, 0)) return fault(C_BAD_SUBSTREAMID);
            const uint64_t table = aligned(bits(l1cd, 55, 12) << 12, split + 6);
            if (!ste().stage2() && exceeds(table, r_.oas())) return fault(C_BAD_SUBSTREAMID);
            if (ste().stage2() && exceeds(table, r_.ias()) && choosing().pick(Choice::CD_14) == 1)
                return fault(C_BAD_SUBSTREAMID);
            address = table + bits(ssid, split - 1, 0) * 64;
        }
        if (!cd_read(Read::Cd, address, 8, trace().cd.w)) return false;
        if (is_illegal(trace().cd, ste(), r_)) return fault(C_BAD_CD);
        trace().has_cd = true;
        return true;
    }

    // --- The whole

    bool translates() {
        if (!find_ste()) return false;
        if (ste().aborts()) return fault(0);
        trace().world = stream_world(ste(), r_);
        if (r_.s2p() && trace().world == StreamWorld::El1) trace().vmid = ste().s2vmid();
        trace().stage1 = ste().stage1();
        trace().stage2 = ste().stage2();
        if (!choose_context()) return false;
        override_by(overrides_of(ste(), r_));
        if (trace().stage1 && !find_cd()) return false;

        uint64_t address = access_.address;
        if (trace().stage1) {
            Attributes s1;
            if (!walker_.stage1(ste(), trace().cd, address, need_, trace().leaf1, s1, fault_))
                return false;
            if (r_.osh_at_stage1 && trace().stage2) {
                choosing().pick(Choice::ATTR_22);
                s1 = ensure_consistent(s1);
            }
            attributes_ = through_stage1(attributes_, s1, choosing());
            address = trace().leaf1.output;
            if (!updates_after_stage2() && !walker_.update_stage1(ste(), trace().leaf1, fault_))
                return false;
        } else if (exceeds(address, trace().stage2 ? r_.ias() : r_.oas())) {
            fault(F_ADDR_SIZE);
            fault_.of_bypass = true;
            return false;
        }
        if (trace().stage2) {
            Stage2Leaf s2;
            if (!walker_.stage2(ste(), address, class_in, need_, trace().leaf2, s2, fault_))
                return false;
            attributes_ = through_stage2(attributes_, s2, choosing());
            address = trace().leaf2.output;
            if (trace().stage1 && !walker_.update_stage1(ste(), trace().leaf1, fault_))
                return false;
        }
        result_.address = address;
        return true;
    }

    /// Nested: when the stage-1 leaf is updated.
    bool updates_after_stage2() {
        return trace().stage2 && walker_.owes_update(trace().leaf1) &&
               choosing().pick(Choice::HTTU_28) == 1;
    }

    /// 5.5: A, R, S, S2R and S2S govern the four translation-related faults; all else aborts and
    /// records.
    void stop() {
        result_.fault = fault_.id;
        trace().last_read_faulted = fault_.of_last_read;
        result_.recorded = fault_.id != C_BAD_STREAMID || r_.recinvsid();
        bool stall = false;
        if (fault_.id >= F_TRANSLATION && !fault_.of_bypass) {
            stall = fault_.s2 ? ste().s2s() : trace().cd.s();
            result_.recorded = stall || (fault_.s2 ? ste().s2r() : trace().cd.r());
            if (!fault_.s2 && !trace().cd.a()) result_.action = Action::RazWi;
            if (stall) result_.action = Action::Stall;
        }
        const Reported a{access_.stream,   access_.substream, access_.ssv,    need_.write,
                         need_.privileged, need_.instruction, access_.address};
        if (result_.recorded) result_.event = event_record(fault_, a, stall);
    }

    const Registers& r_;
    const Access access_;
    Need need_{};
    Attributes attributes_{};
    Fault fault_{};
    Result result_{};
    Walker walker_;
};

}  // namespace

Result translate(const Registers& registers, Memory& memory, const Access& access,
                 const Choosing& picks) {
    return Procedure(registers, memory, access, picks).run();
}

}  // namespace oracle
