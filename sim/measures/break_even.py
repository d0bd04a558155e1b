"""Where working faster stops paying: the elasticity of resolution to pace at which the work stays the same."""


def load_break_even(repeat_share: float, resolution: float) -> float | None:
    """The elasticity of resolution to the time spent at which a small change of pace leaves the work the same.

    repeat_share: chance that an unresolved contact comes again; resolution: chance that a contact resolves its case
    (both 0-1). The work per case is talk / (1 - repeat_share (1 - resolution)); with talk t and resolution as t^e its
    slope in t is zero at e = (1 - rho (1 - r)) / (rho r). Above it saving seconds brings more work than it saves.
    Without repeats or resolutions nothing breaks even: None. Source: geometric number of attempts per case, as in the
    retrial fluid model of Aguir, Karaesmen, Aksin and Chauvet (2004).
    """
    brought_back = repeat_share * resolution
    if brought_back <= 0.0:
        return None
    return (1.0 - repeat_share * (1.0 - resolution)) / brought_back


def load_break_even_of_several(repeat_share: float, resolution: float, gain: float) -> float | None:
    """The relative chance to resolve at which `gain` times the work done an hour is eaten up by the repeats.

    A case takes contacts 1 / (1 − ρ(1 − r)), ρ: chance that an unresolved contact comes again, r: chance that a contact
    resolves. With k·r in place of r and an hour's work × gain, work per case is the same at gain (1 − ρ + ρrk) =
    1 − ρ + ρr. Source: geometric number of attempts, as for `load_break_even`. None where nothing breaks even.
    """
    brought_back = repeat_share * resolution
    if brought_back <= 0.0 or gain <= 0.0:
        return None
    even = ((1.0 - repeat_share + brought_back) / gain - (1.0 - repeat_share)) / brought_back
    return even if even > 0.0 else None
