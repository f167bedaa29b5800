"""HTTP statuses of domain errors; those not listed answer 409."""

from bilet_identity.domain import errors

PROBLEMS: dict[type[Exception], int] = {
    errors.NotFound: 404,
    errors.CodeInvalid: 404,
    errors.SignInRefused: 401,
    errors.SessionEnded: 401,
    errors.RoleNotYours: 403,
    errors.AccountNotConfirmed: 403,
    errors.GuardianUnderage: 403,
    errors.ScopeNotYours: 403,
    errors.RegionForbidden: 403,
    errors.InvalidSnils: 422,
    errors.InvalidName: 422,
    errors.InvalidBirthDate: 422,
    errors.UnknownSchool: 422,
    errors.WeakPassword: 422,
    errors.RosterUnreadable: 422,
    errors.ImportUnreadable: 422,
}
